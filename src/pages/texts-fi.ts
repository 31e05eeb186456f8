import { handsetTexts } from "./handset-texts.ts";
import type { Texts } from "./page-texts.ts";

/** The texts in Finnish. */
export const fi: Texts = {
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
  ended: {
    title: "Tämä kirjautuminen on päättynyt",
    text: "Palaa sinne, mistä aloitit. Jos haluat kirjautua uudelleen, aloita sieltä.",
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
};
