import { handsetTexts } from "./handset-texts.ts";
import type { Texts } from "./page-texts.ts";

/** The texts in Norwegian Bokmål. */
export const nb: Texts = {
  banner: "dette er en mock for testing, ikke Vipps",
  phone: {
    title: (salesUnit) => `Logg inn hos ${salesUnit}`,
    phoneNumber: "Telefonnummer",
    phoneNumberHint: "Med landkode, for eksempel 4791234567",
    remember: "Husk meg i denne nettleseren",
    continue: "Fortsett",
    cancel: "Avbryt",
    back: (salesUnit) => `Tilbake til ${salesUnit}`,
    malformedNumber: "Dette ser ikke ut som et telefonnummer.",
    notEligible: (minimumAge) =>
      `For å logge inn med Vipps må du ha Vipps på telefonen og være minst ${minimumAge} år gammel.`,
    users: "Testbrukere",
    usersHint: "Ett klikk går videre med brukerens telefonnummer.",
    moreUsers: "Det finnes flere. Skriv inn telefonnummeret for å bruke en av dem.",
  },
  app: {
    title: "Bekreft i appen",
    browser: "I nettleseren",
    instruction: (salesUnit) => `Velg dette tallet i appen for å logge inn hos ${salesUnit}.`,
    phone: "På brukerens telefon (simulert)",
    login: (salesUnit) => `Vil du logge inn hos ${salesUnit}?`,
    question: "Hvilket tall viser nettleseren?",
    confirm: "Bekreft",
    elsewhere: "Siden går videre av seg selv når innloggingen er besvart et annet sted.",
    continue: "Fortsett",
    tryAgain: "Velg tallet for å prøve igjen.",
    cancel: "Ikke meg – avbryt",
    outcomes: "Annet en telefon kan gjøre",
    appTokenError: "Appen får ikke hentet tokenet sitt",
    outdatedApp: "Appen er for gammel",
    phoneOpen: "Telefonen er åpen et annet sted. Vis den her",
    anotherNumber: "Bruk et annet nummer",
  },
  handset: handsetTexts.nb,
  consent: {
    title: (salesUnit) => `Vil du dele opplysninger med ${salesUnit}?`,
    user: (name) => `Logget inn som ${name}`,
    items: (salesUnit) => `${salesUnit} ber om disse opplysningene:`,
    nothing: "Ikke registrert",
    accept: "Del opplysningene",
    decline: "Ikke del",
    notYou: "Ikke deg? Logg inn som en annen",
    required: "(må godtas)",
    missing: "Du må godta det som er merket «må godtas» for å gå videre.",
  },
  error: {
    title: "Uff da, noe gikk galt",
    developers: "For utviklere",
    hint: "Loggen til mocken sier nøyaktig hva som var galt, og hva som er registrert.",
  },
  ended: {
    title: "Innloggingen er ferdig",
    text: "Gå tilbake til der du begynte. Vil du logge inn på nytt, begynner du der.",
  },
  formPost: {
    title: "Tilbake til nettstedet",
    explanation: "Innloggingen er ferdig, og svaret sendes til nettstedet du kom fra.",
    continue: "Fortsett",
  },
  logout: {
    title: "Du kan ikke logge ut herfra",
    reason:
      "En nettleser som husker brukeren, gjør det for alle som bruker Vipps Login. Kunne ett brukersted avslutte det, ville det være avsluttet for alle de andre også. Derfor kan ingen av dem det.",
    merchant: "Et brukersted som vil logge ut brukeren sin, avslutter sin egen sesjon.",
    user: "En bruker som vil bli glemt av en nettleser, fjerner den i appen, der den viser nettleserne som husker brukeren.",
  },
  scopes: {
    address: "Adresse",
    birthDate: "Fødselsdato",
    email: "E-postadresse",
    gender: "Kjønn",
    name: "Navn",
    nin: "Fødselsnummer",
    phoneNumber: "Telefonnummer",
  },
  genders: { female: "Kvinne", male: "Mann", other: "Annet" },
};
