import type { HandsetTexts } from "./handset-texts.ts";

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
  readonly ended: {
    readonly title: string;
    readonly text: string;
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
