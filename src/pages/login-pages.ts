import { claimsFor } from "../oidc/claims.ts";
import type { Login } from "../records/login.ts";
import type { User } from "../records/user.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { alwaysConfirms, isOnOneDevice } from "../rules/app-flows.ts";
import { mustAskConsent, scopesNeedingConsent } from "../rules/consent.ts";
import type { Language } from "../rules/language.ts";
import { groupedNumber } from "../rules/msisdn.ts";
import type { Ticks } from "../rules/questions.ts";
import { isAsking } from "../rules/questions.ts";
import type { ConsentState } from "../sessions/consents.ts";
import { questionViews } from "./questions.ts";
import { texts } from "./texts.ts";
import type { AppView, ConsentView, PhoneView } from "./view-models.ts";

/** Makes the models of the pages out of a login. */

/** So many fixture users stand on the login page; a server can have very many. */
const USERS_SHOWN = 30;

/** What every page of a login is about. */
export interface PageContext {
  readonly exchange: Exchange;
  readonly language: Language;
  readonly login: Login;
  /** The name of the sales unit, as it is now. */
  readonly salesUnit: string;
}

/** What the login page shows again after a mistake. */
export interface PhoneEntry {
  readonly phoneNumber: string;
  readonly remember: boolean;
  readonly problem?: NonNullable<PhoneView["problem"]>;
}

/** The page that asks whose login it is. */
export async function phonePage(context: PageContext, entry: PhoneEntry): Promise<PhoneView> {
  const { exchange, language, login, salesUnit } = context;
  const { sandbox, endpoints } = exchange;
  const { items, next } = await sandbox.store.users.list({ limit: USERS_SHOWN });
  return {
    language,
    salesUnit,
    action: `${endpoints.front}${PATHS.login}`,
    loginChallenge: login.id,
    minimumAge: sandbox.switches.minimumAge,
    users: items.map(personOf),
    moreUsers: next !== undefined,
    canRemember: !alwaysConfirms(login.request),
    ...entry,
  };
}

/** The page that waits for the app. */
export function appPage(context: PageContext, user: User, scopes: readonly string[]): AppView {
  const { exchange, language, login, salesUnit } = context;
  return {
    language,
    salesUnit,
    action: `${exchange.endpoints.front}${PATHS.login}`,
    loginChallenge: login.id,
    user: personOf(user),
    shown: login.challenge?.shown ?? 0,
    offered: login.challenge?.offered ?? [],
    oneDevice: isOnOneDevice(login.request),
    items: itemsOf(user, scopes, language),
    appTokenError: login.appTokenError ?? false,
  };
}

/**
 * The page that asks for consent, with the values that will be shared and the merchant's own
 * questions.
 */
export function consentPage(
  context: PageContext,
  user: User,
  { consented, questions }: ConsentState,
  ticked?: Ticks,
): ConsentView {
  const { exchange, language, login, salesUnit } = context;
  const scopes = scopesNeedingConsent(login.request.grantedScopes).filter(
    (scope) => !isAsking(scope),
  );
  // It is all or nothing: one new scope brings the others along, but without one there is no need.
  const shared = mustAskConsent(scopes, consented) ? scopes : [];
  return {
    language,
    salesUnit,
    action: `${exchange.endpoints.front}${PATHS.consent}`,
    consentChallenge: login.consentChallenge ?? "",
    user: personOf(user),
    items: itemsOf(user, shared, language),
    ...questionViews(questions, ticked ?? {}),
    problem: ticked !== undefined,
  };
}

function personOf({ id, givenName, familyName, phoneNumber }: User) {
  return { id, name: `${givenName} ${familyName}`, phoneNumber: groupedNumber(phoneNumber) };
}

function itemsOf(user: User, scopes: readonly string[], language: Language): ConsentView["items"] {
  return scopes.map((scope) => ({ scope, values: sharedValues(user, scope, language) }));
}

/** What a person recognises of the claims of one scope. */
function sharedValues(user: User, scope: string, language: Language): string[] {
  if (scope === "gender") {
    return user.gender === null ? [] : [texts[language].genders[user.gender]];
  }
  if (scope === "address") {
    return user.addresses.map(({ streetAddress, postalCode, region, country }) =>
      [streetAddress.replaceAll("\n", ", "), `${postalCode} ${region}`, country].join(", "),
    );
  }
  const [value] = Object.values(claimsFor(user, [scope]));
  return value === undefined ? [] : [String(value)];
}
