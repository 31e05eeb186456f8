import type { Language } from "../rules/language.ts";
import type { HandsetTexts } from "./handset-texts.ts";
import { handsetTexts } from "./handset-texts.ts";

/**
 * Every text of the pages in every language. Texts are plain, never HTML: the templates escape them
 * together with the values that were put in. What the real service says in English whatever the
 * language is in the templates themselves.
 */

/** Scopes that have a name in every language. */
type KnownScope = "address" | "birthDate" | "email" | "gender" | "name" | "nin" | "phoneNumber";

/** The texts of one language, by page. */
export interface Texts {
  readonly banner: string;
  readonly phone: {
    readonly title: (salesUnit: string) => string;
    readonly phoneNumber: string;
    readonly phoneNumberHint: string;
    readonly remember: string;
    readonly continue: string;
    readonly cancel: string;
    readonly back: (salesUnit: string) => string;
    readonly malformedNumber: string;
    readonly notEligible: (minimumAge: number) => string;
    readonly users: string;
    readonly usersHint: string;
    readonly moreUsers: string;
  };
  readonly app: {
    readonly title: string;
    readonly browser: string;
    readonly instruction: (salesUnit: string) => string;
    readonly phone: string;
    readonly login: (salesUnit: string) => string;
    readonly question: string;
    readonly confirm: string;
    readonly elsewhere: string;
    readonly continue: string;
    readonly tryAgain: string;
    readonly cancel: string;
    readonly outcomes: string;
    readonly appTokenError: string;
    readonly outdatedApp: string;
    readonly phoneOpen: string;
    readonly anotherNumber: string;
  };
  readonly handset: HandsetTexts;
  readonly consent: {
    readonly title: (salesUnit: string) => string;
    readonly user: (name: string) => string;
    readonly items: (salesUnit: string) => string;
    readonly nothing: string;
    readonly accept: string;
    readonly decline: string;
    readonly notYou: string;
    readonly required: string;
    readonly missing: string;
  };
  readonly error: {
    readonly title: string;
    readonly developers: string;
    readonly hint: string;
  };
  readonly formPost: {
    readonly title: string;
    readonly explanation: string;
    readonly continue: string;
  };
  readonly logout: {
    readonly title: string;
    readonly reason: string;
    readonly merchant: string;
    readonly user: string;
  };
  readonly scopes: Readonly<Record<KnownScope, string>>;
  readonly genders: Readonly<Record<"female" | "male" | "other", string>>;
}

/** The texts of each language. */
export const texts: Readonly<Record<Language, Texts>> = {
  nb: {
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
  },

  en: {
    banner: "this is a mock for testing, not Vipps",
    phone: {
      title: (salesUnit) => `Log in to ${salesUnit}`,
      phoneNumber: "Phone number",
      phoneNumberHint: "With the country code, for example 4791234567",
      remember: "Remember me in this browser",
      continue: "Continue",
      cancel: "Cancel",
      back: (salesUnit) => `Back to ${salesUnit}`,
      malformedNumber: "This does not look like a phone number.",
      notEligible: (minimumAge) =>
        `To log in with Vipps you need to have Vipps on your phone and be at least ${minimumAge} years old.`,
      users: "Fixture users",
      usersHint: "Click a user to continue with that phone number.",
      moreUsers: "There are more users. Type a phone number to use one of them.",
    },
    app: {
      title: "Confirm in the app",
      browser: "In the browser",
      instruction: (salesUnit) => `Choose this number in the app to log in to ${salesUnit}.`,
      phone: "On the user’s phone (simulated)",
      login: (salesUnit) => `Do you want to log in to ${salesUnit}?`,
      question: "Which number does the browser show?",
      confirm: "Confirm",
      elsewhere: "This page continues by itself once the login is approved or rejected elsewhere.",
      continue: "Continue",
      tryAgain: "Choose the number to try again.",
      cancel: "It’s not me – cancel",
      outcomes: "Other things a phone can do",
      appTokenError: "The app cannot get its token",
      outdatedApp: "The app is too old",
      phoneOpen: "The phone is open elsewhere. Show it here",
      anotherNumber: "Use another number",
    },
    handset: handsetTexts.en,
    consent: {
      title: (salesUnit) => `Do you want to share information with ${salesUnit}?`,
      user: (name) => `Logged in as ${name}`,
      items: (salesUnit) => `${salesUnit} asks for this information:`,
      nothing: "Not registered",
      accept: "Share information",
      decline: "Don’t share",
      notYou: "Not you? Log in as somebody else",
      required: "(required)",
      missing: "To continue, accept everything that is marked “required”.",
    },
    error: {
      title: "Oops, something went wrong",
      developers: "For developers",
      hint: "The mock’s log says exactly what was wrong, and what is registered.",
    },
    formPost: {
      title: "Back to the site",
      explanation: "The login is over, and its result is sent to the site that you came from.",
      continue: "Continue",
    },
    logout: {
      title: "You cannot log out from here",
      reason:
        "A browser that remembers its user does so for every merchant that uses Vipps Login. If one merchant could end that, it would end for all the others too. That is why none of them can.",
      merchant: "A merchant that wants to log its user out ends its own session.",
      user: "A user who wants to be forgotten by a browser removes it in the app, which lists the browsers that remember the user.",
    },
    scopes: {
      address: "Address",
      birthDate: "Date of birth",
      email: "E-mail address",
      gender: "Gender",
      name: "Name",
      nin: "National identity number",
      phoneNumber: "Phone number",
    },
    genders: { female: "Female", male: "Male", other: "Other" },
  },

  da: {
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
  },

  fi: {
    banner: "tämä on testaukseen tarkoitettu mock, ei Vipps",
    phone: {
      title: (salesUnit) => `Kirjaudu palveluun ${salesUnit}`,
      phoneNumber: "Puhelinnumero",
      phoneNumberHint: "Maakoodin kanssa, esimerkiksi 4791234567",
      remember: "Muista minut tässä selaimessa",
      continue: "Jatka",
      cancel: "Peruuta",
      back: (salesUnit) => `Palaa palveluun ${salesUnit}`,
      malformedNumber: "Tämä ei näytä puhelinnumerolta.",
      notEligible: (minimumAge) =>
        `Vippsillä kirjautuminen edellyttää, että puhelimessasi on Vipps ja olet vähintään ${minimumAge}-vuotias.`,
      users: "Testikäyttäjät",
      usersHint: "Yhdellä napsautuksella jatketaan käyttäjän puhelinnumerolla.",
      moreUsers: "Käyttäjiä on lisää. Kirjoita puhelinnumero, niin voit käyttää heitä.",
    },
    app: {
      title: "Vahvista sovelluksessa",
      browser: "Selaimessa",
      instruction: (salesUnit) =>
        `Valitse tämä luku sovelluksessa, niin kirjaudut palveluun ${salesUnit}.`,
      phone: "Käyttäjän puhelimessa (simuloitu)",
      login: (salesUnit) => `Haluatko kirjautua palveluun ${salesUnit}?`,
      question: "Minkä luvun selain näyttää?",
      confirm: "Vahvista",
      elsewhere: "Sivu jatkaa itsestään, kun kirjautumiseen on vastattu muualla.",
      continue: "Jatka",
      tryAgain: "Yritä uudelleen valitsemalla luku.",
      cancel: "Se en ole minä – peruuta",
      outcomes: "Mitä muuta puhelin voi tehdä",
      appTokenError: "Sovellus ei saa tokeniaan",
      outdatedApp: "Sovellus on liian vanha",
      phoneOpen: "Puhelin on auki muualla. Näytä se tässä",
      anotherNumber: "Käytä toista numeroa",
    },
    handset: handsetTexts.fi,
    consent: {
      title: (salesUnit) => `Haluatko jakaa tietosi palvelulle ${salesUnit}?`,
      user: (name) => `Kirjautunut käyttäjä: ${name}`,
      items: (salesUnit) => `${salesUnit} pyytää seuraavia tietoja:`,
      nothing: "Ei tiedossa",
      accept: "Jaa tiedot",
      decline: "Älä jaa",
      notYou: "Etkö ole tämä henkilö? Kirjaudu toisena",
      required: "(pakollinen)",
      missing: "Sinun on hyväksyttävä pakolliseksi merkityt kohdat, jotta voit jatkaa.",
    },
    error: {
      title: "Hups, jokin meni vikaan",
      developers: "Kehittäjille",
      hint: "Mockin lokista näet, mikä tarkalleen oli vialla ja mitä on rekisteröity.",
    },
    formPost: {
      title: "Takaisin sivustolle",
      explanation: "Kirjautuminen on päättynyt, ja tulos lähetetään sivustolle, jolta tulit.",
      continue: "Jatka",
    },
    logout: {
      title: "Täältä ei voi kirjautua ulos",
      reason:
        "Selain, joka muistaa käyttäjänsä, tekee sen kaikkien Vipps Loginia käyttävien palvelujen puolesta. Jos yksi palvelu voisi lopettaa sen, se loppuisi myös kaikilta muilta. Siksi mikään niistä ei voi sitä lopettaa.",
      merchant: "Palvelu, joka haluaa kirjata käyttäjänsä ulos, päättää oman istuntonsa.",
      user: "Käyttäjä, joka haluaa selaimen unohtavan hänet, poistaa selaimen sovelluksesta: siellä näkyvät selaimet, jotka muistavat käyttäjän.",
    },
    scopes: {
      address: "Osoite",
      birthDate: "Syntymäaika",
      email: "Sähköpostiosoite",
      gender: "Sukupuoli",
      name: "Nimi",
      nin: "Henkilötunnus",
      phoneNumber: "Puhelinnumero",
    },
    genders: { female: "Nainen", male: "Mies", other: "Muu" },
  },
};

/** What a scope is called in the user's language. */
export function scopeLabel(language: Language, scope: string): string {
  const labels: Readonly<Record<string, string>> = texts[language].scopes;
  const name = scope === "birthdate" ? "birthDate" : scope;
  return Object.hasOwn(labels, name) ? (labels[name] ?? scope) : scope;
}

/** A gender in the user's language. */
export function genderLabel(language: Language, gender: string): string {
  const labels: Readonly<Record<string, string>> = texts[language].genders;
  return labels[gender] ?? gender;
}
