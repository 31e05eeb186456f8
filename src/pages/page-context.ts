import type { IncomingHttpHeaders } from "node:http";
import type { Outcome } from "../login/browser-login.ts";
import { finishPage, refuseExpired, returnUrl } from "../login/browser-login.ts";
import type { LoginPage } from "../login/next-step.ts";
import { claimsFor } from "../oidc/claims.ts";
import { PageRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { malformedRequest } from "../oidc/params.ts";
import { toIso } from "../platform/calendar.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import type { Login } from "../records/login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { User, UserInput } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceLogin } from "../request/trace.ts";
import type { ChallengeName } from "../request-log/ending.ts";
import { findEnding } from "../request-log/ending.ts";
import type { Language } from "../rules/language.ts";
import { chooseLanguage } from "../rules/language.ts";
import { groupedNumber } from "../rules/msisdn.ts";
import {
  diagnoseAnsweredBefore,
  diagnoseNoChallenge,
  diagnoseNoSuchLogin,
} from "../rules/protocol.ts";
import type { ConsentState } from "../sessions/consents.ts";
import { consentStateOf } from "../sessions/consents.ts";
import type { PageRenderer } from "./render.ts";
import type { ConsentView, DevelopersView, NewUserView, Views } from "./view-models.ts";

/** What the pages of a login have in common: how one is opened, shown and finished. */

/** A page that a browser has opened, with everything that it is about. */
export interface PageContext {
  readonly exchange: Exchange;
  readonly language: Language;
  readonly userAgent: string | undefined;
  readonly login: Login;
  /** Undefined until it is known whose login it is, and when the user was removed. */
  readonly user: User | undefined;
  /** Undefined when the sales unit was removed. */
  readonly salesUnit: SalesUnit | undefined;
  /** Makes users; only for who may use the mock's own pages too. */
  readonly people?: People | undefined;
}

/** Who makes users at the moment of a login. */
export interface People {
  /** Somebody who could have that number, or who was typed in and could not be made. */
  propose(msisdn: string, typed?: UserInput, problem?: string): NewUserView;
  /** The user who was made, or why that could not be. */
  add(input: UserInput): Promise<{ readonly user: User } | { readonly problem: string }>;
}

/** The same with the moment by the real time, for what people have before their eyes. */
export interface TimedContext extends PageContext {
  readonly realTime: EpochSeconds;
  /** The cookie of a browser that was to remember its user; whether it does is in the store. */
  readonly session: string | undefined;
}

/**
 * Opens the login that an address or a form names; where it is over, gives the request with which it ended.
 *
 * @throws PageRefusal when nothing is known of it, RedirectRefusal when its time is over
 */
export async function openLogin(
  exchange: Exchange,
  headers: IncomingHttpHeaders,
  parameters: Pick<Parameters, "get">,
  name: ChallengeName,
): Promise<PageContext | { readonly ending: KeptRequest }> {
  const { sandbox, trace } = exchange;
  const { logins, users, salesUnits } = sandbox.store;
  const page = name === "consent_challenge" ? "consent" : "login";
  const challenge = parameters.get(name);
  if (challenge === undefined) {
    throw new PageRefusal(
      malformedRequest(`The ${name} is missing. Start again at the merchant.`),
      diagnoseNoChallenge(name),
    );
  }
  const login =
    page === "login"
      ? await logins.get(challenge)
      : await logins.find("consentChallenge", challenge);
  if (!login) {
    const ending = await findEnding(sandbox, name, challenge);
    if (ending) {
      if (ending.login !== undefined) trace.login = ending.login;
      return { ending };
    }
    throw new PageRefusal(
      malformedRequest(
        `No login waits under this ${name}: it is finished, or was never begun. Start ` +
          "again at the merchant.",
      ),
      diagnoseNoSuchLogin(name),
    );
  }
  traceLogin(trace, login);
  refuseExpired(exchange, login, page);
  return {
    exchange,
    language: chooseLanguage(headers["accept-language"]),
    userAgent: headers["user-agent"],
    login,
    user: login.user === undefined ? undefined : await users.get(login.user),
    salesUnit: await salesUnits.get(login.request.msn),
  };
}

/** The name of the sales unit, as it is now. */
export function salesUnitName({ salesUnit, login }: PageContext): string {
  return salesUnit?.name ?? login.request.clientId;
}

/** Whether the login ends at an app's redirect URI: a custom scheme, which not every device has an app for. */
export function callsApp({ request }: Pick<Login, "request">): boolean {
  return !/^https?:/i.test(request.redirectUri);
}

/** What there is to ask; nothing any more when the user or the sales unit was removed. */
export async function consentStateOn(context: PageContext): Promise<ConsentState> {
  const { exchange, login, language, user, salesUnit } = context;
  if (!user || !salesUnit) return { consented: [], questions: {} };
  const asked = { salesUnit, scopes: login.request.grantedScopes, language };
  return consentStateOf(exchange.sandbox, user, asked, exchange.now);
}

/** A user as the pages show one. */
export function personOf({ id, givenName, familyName, phoneNumber }: User) {
  return { id, name: `${givenName} ${familyName}`, phoneNumber: groupedNumber(phoneNumber) };
}

/** What the user would share, by scope. */
export function sharedItems(user: User, scopes: readonly string[]): ConsentView["items"] {
  return scopes.map((scope) => ({ scope, values: sharedValues(user, scope) }));
}

/** What a person recognises of the claims of one scope. */
function sharedValues(user: User, scope: string): string[] {
  if (scope === "address") {
    return user.addresses.map(({ streetAddress, postalCode, region, country }) =>
      [streetAddress.replaceAll("\n", ", "), `${postalCode} ${region}`, country].join(", "),
    );
  }
  if (scope === "phoneNumber") return [groupedNumber(user.phoneNumber)];
  const [value] = Object.values(claimsFor(user, [scope]));
  return value === undefined ? [] : [String(value)];
}

/** What a browser gets from a page. */
export type PageResponse =
  | { readonly redirect: string }
  | {
      readonly status: 200 | 400 | 410;
      render(views: PageRenderer): Promise<string>;
      /** Why the user, who sees one sentence for all reasons, cannot log in. */
      readonly refusal?: Diagnosis;
    };

/** A page, with status 400 where it shows again what the user got wrong, 410 where the login is over. */
export function show<Name extends keyof Views>(
  name: Name,
  model: Views[Name],
  status: 200 | 400 | 410 = 200,
): PageResponse {
  return { status, render: (views) => views.render(name, model) };
}

/**
 * Stores what the user did on a page, and sends the browser back to the authorization endpoint.
 *
 * @throws PageRefusal when the page was finished before, and its browser has gone on
 */
export async function finish(
  { exchange, login: { id } }: PageContext,
  page: LoginPage,
  outcome: Outcome,
): Promise<PageResponse> {
  const { sandbox, endpoints } = exchange;
  const login =
    (await finishPage(sandbox, id, page, outcome)) ?? (await sandbox.store.logins.get(id));
  const redirect = login && returnUrl(endpoints, login);
  if (redirect !== undefined) return { redirect };
  throw new PageRefusal(
    malformedRequest("This page was submitted before. Start again at the merchant."),
    diagnoseAnsweredBefore(),
  );
}

/**
 * What a page of a login says beside what a user sees: where it is, and what the merchant asked for. Only
 * for whoever may use the dashboard too; undefined for anybody else.
 *
 * @param why a user cannot log in, where that is so
 */
export async function forDevelopers(
  { exchange: { sandbox }, login, people }: PageContext,
  why?: Diagnosis,
): Promise<DevelopersView | undefined> {
  if (!people) return undefined;
  const { now, frozen, offset } = await sandbox.clock.read();
  const { id, request } = login;
  const withheld = request.scopes.filter((scope) => !request.grantedScopes.includes(scope));
  return {
    ...(why && { why }),
    login: id,
    sandbox: sandbox.id,
    profile: sandbox.profile,
    clock: frozen || offset !== 0 ? { now: toIso(now), isFrozen: frozen } : undefined,
    asked: [...new URLSearchParams(request.query)].map(([name, value]) => ({ name, value })),
    withheld,
  };
}

/** Who comes to a login that is over. */
interface Visitor {
  readonly language: Language;
  /** It is the browser in which the login ended. */
  readonly isSame: boolean;
  readonly mayLook: boolean;
}

/** The page for somebody who went back to it, or was sent to an app that did not open. */
export async function endedPage(
  { sandbox: { store } }: Pick<Exchange, "sandbox">,
  { sent, clientId = "", login = "" }: KeptRequest,
  { language, isSame, mayLook }: Visitor,
): Promise<PageResponse> {
  const { searchParams } = new URL(sent.url);
  const redirectUri = searchParams.get("redirect_uri") ?? "";
  const isWeb = /^https?:/i.test(redirectUri);
  const location = String(sent.response?.headers["location"] ?? "");
  const salesUnit = await store.salesUnits.find("clientId", clientId);
  const model = {
    language,
    salesUnit: salesUnit?.name ?? clientId,
    site: isWeb ? new URL(redirectUri).origin : "",
    app: !isWeb && (isSame || mayLook) && location.startsWith(redirectUri) ? location : "",
    login: mayLook ? login : "",
  };
  return show("ended", model, 410);
}
