import type { Diagnosis } from "../records/diagnosis.ts";
import type { Language } from "../rules/language.ts";

/**
 * What each page is given to show. Texts in the user's language come from texts.ts; everything here
 * is data, escaped by the template.
 */

/** What every page has. */
interface PageModel {
  /** The `lang` of the document. */
  readonly language: Language;
  /**
   * The stylesheet's address, as seen from the page. Left out, it is `style.css` beside the page,
   * which holds for all of `/vipps-login-idp/` whatever sandbox prefix comes before it.
   */
  readonly stylesheet?: string;
}

/** What developers read on a page of a login. */
export interface DevelopersView {
  /** Why the user cannot log in. */
  readonly why?: Diagnosis;
  /** The id of the login. */
  readonly login: string;
  readonly sandbox: string;
  readonly profile: string;
  /** What time it is in the sandbox, where that is not the real time. */
  readonly clock: { readonly now: string; readonly isFrozen: boolean } | undefined;
  /** The parameters of the authorization request. */
  readonly asked: readonly { readonly name: string; readonly value: string }[];
  /** The scopes that the merchant asked for and does not get. */
  readonly withheld: readonly string[];
}

/** Every page of a login has it, for whoever may read it. */
interface LoginModel extends PageModel {
  readonly developers?: DevelopersView | undefined;
}

/** Step one: whose login is it? */
export interface PhoneView extends LoginModel {
  readonly salesUnit: string;
  /** Where every form of the page posts to. */
  readonly action: string;
  readonly loginChallenge: string;
  /** What was typed before, shown again after a mistake. */
  readonly phoneNumber: string;
  /** Whether there is a box to be remembered; `remember` says whether it is ticked. */
  readonly canRemember: boolean;
  readonly remember: boolean;
  /** What was wrong with the entry before. `minimumAge` is part of the text for `not_eligible`. */
  readonly problem?: "malformed_number" | "not_eligible";
  readonly minimumAge: number;
  /** The users to choose from with one click. */
  readonly users: readonly {
    readonly id: string;
    readonly name: string;
    readonly phoneNumber: string;
    /** What is special about the user, in a sentence. */
    readonly sentence: string;
  }[];
  /** Whether there are users beyond those shown. */
  readonly moreUsers: boolean;
  /** What the users shown were searched for; left out where they are too few to search. */
  readonly find?: string;
  /** Somebody who could have the number that was typed and that nobody has; for who may make users. */
  readonly newUser?: NewUserView;
}

/** A person who is not there yet. */
export interface NewUserView {
  /** As digits, and as people read it. */
  readonly msisdn: string;
  readonly phoneNumber: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly email: string;
  /** Why the person could not be made; empty before anybody has tried. */
  readonly problem: string;
}

/** What will be shared: the values of each scope, a line each; none where the user has no value. */
type SharedItems = readonly { readonly scope: string; readonly values: readonly string[] }[];

/** Step two: the browser shows a number, the user's app asks which one it is. */
interface AppView extends LoginModel {
  readonly salesUnit: string;
  readonly action: string;
  readonly loginChallenge: string;
  readonly user: { readonly id: string; readonly name: string; readonly phoneNumber: string };
  readonly shown: number;
  readonly offered: readonly number[];
  /** Browser and app are on one device: the app asks for a plain yes, and no number is shown. */
  readonly oneDevice: boolean;
  /** What the user agrees to share by confirming; empty where the consent page asks, or nothing is asked. */
  readonly items: SharedItems;
  /** The app could not get its token; the user may try again (FAQ). */
  readonly appTokenError: boolean;
  /** Somebody has the user's phone open elsewhere. */
  readonly phoneOpen: boolean;
  /** The redirect URI is an app's: where no such app is, the browser stays at the page. */
  readonly callsApp: boolean;
}

/** Step three: may the merchant have the data? */
export interface ConsentView extends LoginModel {
  readonly salesUnit: string;
  readonly action: string;
  readonly consentChallenge: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly items: SharedItems;
  /** The merchant's questions, a section each. */
  readonly questions: readonly QuestionView[];
  /** The text of the button that accepts, where a question brings its own. */
  readonly confirm?: { readonly language: "nb" | "en"; readonly text: string };
  /** Nobody asked who it is, because the browser remembers the user. */
  readonly remembered: boolean;
  /** The redirect URI is an app's, as on the app page. */
  readonly callsApp: boolean;
  /** A required box was left unticked. */
  readonly problem: boolean;
}

/** A question of the merchant, in its own words. */
interface QuestionView {
  /** Unique on the page, so that a test finds it. */
  readonly id: string;
  /** Left out where it is not known. */
  readonly language?: "nb" | "en";
  readonly title: string;
  /** Above the boxes; empty for nothing. */
  readonly intro: string;
  readonly boxes: readonly {
    /** The field of the form, by which a test finds it too. */
    readonly name: string;
    readonly label: string;
    readonly required: boolean;
    readonly checked: boolean;
    readonly readMore?: { readonly title: string; readonly description: string };
  }[];
  /** Below the boxes; empty for nothing. */
  readonly outro: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

/** The page for errors that cannot be sent to the merchant. */
interface ErrorView extends PageModel {
  readonly error: string;
  readonly description: string;
  /**
   * The redirect URI is not registered: the page says so in the words of the real one
   * (vipps-login-api issue 68) and leaves out the description.
   */
  readonly redirectUriMismatch: boolean;
  /** The request that was refused, and why, for whoever may know; undefined where the log has it not. */
  readonly refusal: { readonly id: string; readonly diagnosis: Diagnosis | undefined } | undefined;
}

/** The login is over, and its browser is still here. */
interface EndedView extends PageModel {
  readonly salesUnit: string;
  /** Where the merchant is; empty where that is not known, or is an app. */
  readonly site: string;
  /** The link that called the merchant's app; empty where there is none, or not for everybody. */
  readonly app: string;
  /** The id of the login, for whoever may look it up; empty for anybody else. */
  readonly login: string;
}

/** The page that brings a response to the merchant as a form. */
interface FormPostView extends PageModel {
  /** The redirect URI. */
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The address of the script that submits the form. */
  readonly script: string;
}

/** Why there is no logout here. */
type LogoutView = PageModel;

/** Every page by the name of its template. */
export interface Views {
  phone: PhoneView;
  app: AppView;
  consent: ConsentView;
  error: ErrorView;
  ended: EndedView;
  "form-post": FormPostView;
  logout: LogoutView;
}
