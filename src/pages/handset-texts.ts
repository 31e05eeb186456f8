import type { Language } from "../rules/language.ts";

/** The texts of a user's phone in every language, as texts.ts has those of the merchant's pages. */

export interface HandsetTexts {
  /** What the row of links below is, for who cannot see it. */
  readonly screens: string;
  readonly inbox: string;
  readonly sharing: string;
  readonly browsers: string;
  readonly me: string;
  readonly empty: string;
  readonly start: string;
  readonly sameCode: (salesUnit: string) => string;
  readonly inBrowser: (salesUnit: string) => string;
  readonly confirmed: string;
  readonly cancelled: string;
  readonly wrong: string;
  readonly outdated: string;
  readonly ranOut: string;
  readonly close: string;
  readonly others: string;
  readonly wrongNumber: string;
  readonly runOut: string;
  readonly companies: string;
  readonly noCompanies: string;
  readonly since: (day: string) => string;
  readonly withdraw: string;
  readonly remembering: string;
  readonly noBrowsers: string;
  readonly forget: string;
  readonly save: string;
  readonly app: string;
  readonly statuses: Readonly<Record<"active" | "blocked" | "noApp" | "outdatedApp", string>>;
}

export const handsetTexts: Readonly<Record<Language, HandsetTexts>> = {
  nb: {
    screens: "Skjermbilder",
    inbox: "Innboks",
    sharing: "Deling",
    browsers: "Nettlesere",
    me: "Meg",
    empty: "Ingen innlogging venter.",
    start: "Start en",
    sameCode: (salesUnit) => `Sjekk at ${salesUnit} viser samme kode:`,
    inBrowser: (salesUnit) =>
      `Fortsett i nettleseren. Der spør ${salesUnit} hvilke opplysninger du vil dele.`,
    confirmed: "Bekreftet. Innloggingen går videre der du startet den.",
    cancelled: "Avbrutt. Ingen ble logget inn.",
    wrong: "Det var ikke tallet. Innloggingen er stoppet.",
    outdated: "Appen er for gammel. Oppdater den, og logg inn på nytt.",
    ranOut: "Tiden for innloggingen er ute.",
    close: "Lukk",
    others: "Andre som venter",
    wrongNumber: "Velg feil tall",
    runOut: "La tiden gå ut",
    companies: "Bedrifter med tilgang",
    noCompanies: "Du deler ikke opplysninger med noen.",
    since: (day) => `Siden ${day}`,
    withdraw: "Trekk tilbake",
    remembering: "Nettlesere som husker deg",
    noBrowsers: "Ingen nettleser husker deg.",
    forget: "Glem meg der",
    save: "Lagre",
    app: "Appen",
    statuses: {
      active: "Virker",
      blocked: "Sperret",
      noApp: "Ikke installert",
      outdatedApp: "For gammel",
    },
  },

  en: {
    screens: "Screens",
    inbox: "Inbox",
    sharing: "Sharing",
    browsers: "Browsers",
    me: "Me",
    empty: "No login waits.",
    start: "Start one",
    sameCode: (salesUnit) => `Check that ${salesUnit} shows the same code:`,
    inBrowser: (salesUnit) =>
      `Go on in the browser. ${salesUnit} asks there which information you want to share.`,
    confirmed: "Confirmed. The login goes on where you began it.",
    cancelled: "Cancelled. Nobody was logged in.",
    wrong: "That was not the number. The login has been stopped.",
    outdated: "The app is too old. Update it, and log in again.",
    ranOut: "The time for this login is over.",
    close: "Close",
    others: "Others that wait",
    wrongNumber: "Choose a wrong number",
    runOut: "Let the time run out",
    companies: "Companies with access",
    noCompanies: "You share no information with anybody.",
    since: (day) => `Since ${day}`,
    withdraw: "Withdraw",
    remembering: "Browsers that remember you",
    noBrowsers: "No browser remembers you.",
    forget: "Forget me there",
    save: "Save",
    app: "The app",
    statuses: {
      active: "Works",
      blocked: "Blocked",
      noApp: "Not installed",
      outdatedApp: "Too old",
    },
  },

  da: {
    screens: "Skærmbilleder",
    inbox: "Indbakke",
    sharing: "Deling",
    browsers: "Browsere",
    me: "Mig",
    empty: "Der venter intet login.",
    start: "Start et",
    sameCode: (salesUnit) => `Tjek, at ${salesUnit} viser samme kode:`,
    inBrowser: (salesUnit) =>
      `Fortsæt i browseren. Der spørger ${salesUnit}, hvilke oplysninger du vil dele.`,
    confirmed: "Bekræftet. Login fortsætter, hvor du startede det.",
    cancelled: "Annulleret. Ingen blev logget ind.",
    wrong: "Det var ikke tallet. Login er stoppet.",
    outdated: "Appen er for gammel. Opdater den, og log ind igen.",
    ranOut: "Tiden til dette login er udløbet.",
    close: "Luk",
    others: "Andre, der venter",
    wrongNumber: "Vælg et forkert tal",
    runOut: "Lad tiden løbe ud",
    companies: "Virksomheder med adgang",
    noCompanies: "Du deler ikke oplysninger med nogen.",
    since: (day) => `Siden ${day}`,
    withdraw: "Træk tilbage",
    remembering: "Browsere, der husker dig",
    noBrowsers: "Ingen browser husker dig.",
    forget: "Glem mig der",
    save: "Gem",
    app: "Appen",
    statuses: {
      active: "Virker",
      blocked: "Spærret",
      noApp: "Ikke installeret",
      outdatedApp: "For gammel",
    },
  },

  fi: {
    screens: "Näkymät",
    inbox: "Saapuneet",
    sharing: "Jakaminen",
    browsers: "Selaimet",
    me: "Minä",
    empty: "Mikään kirjautuminen ei odota.",
    start: "Aloita kirjautuminen",
    sameCode: (salesUnit) => `Tarkista, että ${salesUnit} näyttää saman koodin:`,
    inBrowser: (salesUnit) =>
      `Jatka selaimessa. ${salesUnit} kysyy siellä, mitkä tiedot haluat jakaa.`,
    confirmed: "Vahvistettu. Kirjautuminen jatkuu siellä, missä aloitit sen.",
    cancelled: "Peruutettu. Kukaan ei kirjautunut sisään.",
    wrong: "Se ei ollut oikea luku. Kirjautuminen on keskeytetty.",
    outdated: "Sovellus on liian vanha. Päivitä se ja kirjaudu uudelleen.",
    ranOut: "Kirjautumisen aika on päättynyt.",
    close: "Sulje",
    others: "Muut odottavat",
    wrongNumber: "Valitse väärä luku",
    runOut: "Anna ajan päättyä",
    companies: "Yritykset, joilla on tietojasi",
    noCompanies: "Et jaa tietojasi kenenkään kanssa.",
    since: (day) => `Alkaen ${day}`,
    withdraw: "Peru suostumus",
    remembering: "Selaimet, jotka muistavat sinut",
    noBrowsers: "Mikään selain ei muista sinua.",
    forget: "Unohda minut siellä",
    save: "Tallenna",
    app: "Sovellus",
    statuses: {
      active: "Toimii",
      blocked: "Estetty",
      noApp: "Ei asennettu",
      outdatedApp: "Liian vanha",
    },
  },
};
