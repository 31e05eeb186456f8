import { handsetTexts } from "./handset-texts.ts";
import type { Texts } from "./page-texts.ts";

/** The texts in Danish. */
export const da: Texts = {
  banner: "dette er en mock til test, ikke Vipps",
  phone: {
    title: (salesUnit) => `Log ind hos ${salesUnit}`,
    phoneNumber: "Telefonnummer",
    phoneNumberHint: "Med landekode, for eksempel 4791234567",
    remember: "Husk mig i denne browser",
    continue: "Fortsæt",
    cancel: "Annuller",
    back: (salesUnit) => `Tilbage til ${salesUnit}`,
    malformedNumber: "Det ligner ikke et telefonnummer.",
    notEligible: (minimumAge) =>
      `For at logge ind med Vipps skal du have Vipps på din telefon og være mindst ${minimumAge} år gammel.`,
    users: "Testbrugere",
    usersHint: "Ét klik går videre med brugerens telefonnummer.",
    moreUsers: "Der er flere. Indtast telefonnummeret for at bruge en af dem.",
  },
  app: {
    title: "Bekræft i appen",
    browser: "I browseren",
    instruction: (salesUnit) => `Vælg dette tal i appen for at logge ind hos ${salesUnit}.`,
    phone: "På brugerens telefon (simuleret)",
    login: (salesUnit) => `Vil du logge ind hos ${salesUnit}?`,
    question: "Hvilket tal viser browseren?",
    confirm: "Bekræft",
    elsewhere: "Siden går videre af sig selv, når login er besvaret et andet sted.",
    continue: "Fortsæt",
    tryAgain: "Vælg tallet for at prøve igen.",
    cancel: "Det er ikke mig – annuller",
    outcomes: "Andet, en telefon kan gøre",
    appTokenError: "Appen kan ikke hente sit token",
    outdatedApp: "Appen er for gammel",
    phoneOpen: "Telefonen er åben et andet sted. Vis den her",
    anotherNumber: "Brug et andet nummer",
  },
  handset: handsetTexts.da,
  consent: {
    title: (salesUnit) => `Vil du dele oplysninger med ${salesUnit}?`,
    user: (name) => `Logget ind som ${name}`,
    items: (salesUnit) => `${salesUnit} beder om disse oplysninger:`,
    nothing: "Ikke registreret",
    accept: "Del oplysningerne",
    decline: "Del ikke",
    notYou: "Ikke dig? Log ind som en anden",
    required: "(skal accepteres)",
    missing: "Du skal acceptere det, der er mærket »skal accepteres«, for at gå videre.",
  },
  error: {
    title: "Ups, noget gik galt",
    developers: "Til udviklere",
    hint: "Mockens log fortæller præcis, hvad der var galt, og hvad der er registreret.",
  },
  ended: {
    title: "Dette login er slut",
    text: "Gå tilbage til der, hvor du begyndte. Vil du logge ind igen, skal du begynde der.",
  },
  formPost: {
    title: "Tilbage til siden",
    explanation: "Login er slut, og resultatet sendes til den side, du kom fra.",
    continue: "Fortsæt",
  },
  logout: {
    title: "Du kan ikke logge ud herfra",
    reason:
      "En browser, der husker sin bruger, gør det for alle, der bruger Vipps Login. Kunne én forretning afslutte det, ville det også være slut for alle de andre. Derfor kan ingen af dem det.",
    merchant: "En forretning, der vil logge sin bruger ud, afslutter sin egen session.",
    user: "En bruger, der vil glemmes af en browser, fjerner den i appen, hvor den viser de browsere, der husker brugeren.",
  },
  scopes: {
    address: "Adresse",
    birthDate: "Fødselsdato",
    email: "E-mailadresse",
    gender: "Køn",
    name: "Navn",
    nin: "Personnummer",
    phoneNumber: "Telefonnummer",
  },
  genders: { female: "Kvinde", male: "Mand", other: "Andet" },
};
