import { handsetTexts } from "./handset-texts.ts";
import type { Texts } from "./page-texts.ts";

/** The texts in English. */
export const en: Texts = {
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
  ended: {
    title: "This login is over",
    text: "Go back to where you began. To log in again, start there.",
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
};
