import { Problem } from "../control/api/problem.ts";
import type { SalesUnit, User } from "../control/types.ts";
import { REQUESTED_FLOWS, SCOPES } from "../records/vocabulary.ts";
import type { ScopeObstacle } from "../rules/entitlement.ts";
import { obstacleTo } from "../rules/entitlement.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import { chooseUnit } from "./clients.ts";
import type { Done, Page, Visit } from "./page.ts";
import { attemptIn, cookiesOf, newAttempt } from "./try-attempt.ts";
import { Client, wordsOf } from "./try-client.ts";
import { callbackOf, pollAfter, toResult, withLogin } from "./try-flow.ts";
import { breakIt, PRESETS } from "./try-presets.ts";

/** Try: an application to log in at. */

interface TryView {
  readonly units: readonly Choice[];
  /** Whether there are more than those. */
  readonly isCut: boolean;
  /** Null where there is no sales unit. */
  readonly unit: {
    readonly msn: string;
    readonly name: string;
    readonly callback: string;
    readonly isRegistered: boolean;
    /** Whether this sales unit may log in from phone number. */
    readonly hasPhoneLogin: boolean;
  } | null;
  /** Whether a login was begun from here a while ago. */
  readonly hasAttempt: boolean;
  readonly scopes: readonly ScopeChoice[];
  readonly tillScopes: readonly ScopeChoice[];
  readonly state: string;
  readonly nonce: string;
  readonly sendsNonce: boolean;
  readonly sendsChallenge: boolean;
  readonly holds: boolean;
  readonly flows: readonly Choice[];
  readonly people: readonly Choice[];
  readonly till: {
    readonly people: readonly Choice[];
    readonly phone: string;
    readonly bindingMessage: string;
    readonly isRedirect: boolean;
  };
  readonly presets: readonly {
    readonly id: string;
    readonly label: string;
    readonly mistake: string;
  }[];
  readonly codeLifetime: number;
}

interface ScopeChoice {
  readonly name: string;
  readonly isChosen: boolean;
  /** What keeps the sales unit from getting it; empty where nothing does. */
  readonly obstacle: string;
}

const USUAL_SCOPES = ["openid", "name", "email", "phoneNumber"];

/** How long a till waits between two polls where it is not told, in seconds (CIBA Core §7.3). */
const USUAL_INTERVAL = 5;

/** So many people there are to choose from; others can be typed. */
const MOST_PEOPLE = 100;

export const tryPage: Page = {
  async show(visit) {
    const { api, form, exchange } = visit;
    const wanted = form.get("unit") ?? visit.query.get("unit");
    const { unit, choices: units, isCut } = await chooseUnit(api, wanted);
    const people = await api.list<User>(["users"], { limit: MOST_PEOPLE });
    const callback = callbackOf(visit);
    const isTill = form.get("action") === "till";
    const isLogin = /^(register-and-)?login$/.test(form.get("action") ?? "");
    const sent = (name: string) => form.get(name) ?? "";
    // A box that is not ticked is not sent, so that only a form that was sent says anything of it.
    const ticked = (name: string) => (isLogin ? form.has(name) : undefined);
    const model: TryView = {
      units,
      isCut,
      unit: unit
        ? {
            msn: unit.msn,
            name: unit.name,
            callback,
            isRegistered: unit.redirectUris.includes(callback),
            hasPhoneLogin:
              unit.features.loginFromPhoneNumber ||
              exchange.sandbox.switches.loginFromPhoneNumber === "everyone",
          }
        : null,
      hasAttempt: attemptIn(visit) !== undefined,
      scopes: unit ? scopeChoices(visit, unit, "browser", isTill) : [],
      tillScopes: unit ? scopeChoices(visit, unit, "phone-number", !isTill) : [],
      state: sent("state"),
      nonce: sent("nonce"),
      sendsNonce: ticked("sendsNonce") ?? true,
      sendsChallenge: ticked("sendsChallenge") ?? true,
      holds: ticked("holds") ?? false,
      flows: choices(REQUESTED_FLOWS, sent("flow")),
      people: personChoices(people, sent("hint")),
      till: {
        people: personChoices(people, sent("user")),
        phone: sent("phone"),
        bindingMessage: sent("bindingMessage"),
        isRedirect: sent("mode") === "redirect",
      },
      presets: PRESETS.map(({ id, label, mistake }) => ({ id, label, mistake })),
      codeLifetime: exchange.sandbox.switches.codeLifetime,
    };
    return { view: "try", title: "What does an application see?", section: "try", model };
  },

  async act(visit) {
    const { api, form } = visit;
    const unit = await api.get<SalesUnit>(["sales-units", form.get("unit") ?? ""]);
    const preset = form.get("preset");
    if (preset !== null) {
      const { attempt, calls } = await breakIt(visit, unit, preset);
      return {
        ...toResult(attempt),
        message: calls.length > 0 ? "A code was made without a login." : "",
        calls,
      };
    }
    switch (form.get("action")) {
      case "register-and-login":
        await register(visit, unit, true);
        return beginInBrowser(visit, unit);
      case "login":
        return beginInBrowser(visit, unit);
      case "till":
        return beginFromPhone(visit, unit);
      case "register":
        return register(visit, unit, true);
      case "unregister":
        return register(visit, unit, false);
      default:
        throw new Problem(400, "The form says nothing that Try can do.");
    }
  },
};

function scopeChoices(
  { exchange, form }: Visit,
  unit: SalesUnit,
  flow: "browser" | "phone-number",
  isOther: boolean,
): readonly ScopeChoice[] {
  const asker = { salesUnit: unit, flow, sandbox: exchange.sandbox } as const;
  const sent = isOther || !form.has("action") ? [] : form.getAll("scope");
  const chosen = sent.length > 0 ? sent : USUAL_SCOPES;
  return SCOPES.map((name) => ({
    name,
    isChosen: chosen.includes(name),
    obstacle: obstacleWords(obstacleTo(name, asker), exchange.sandbox.profile),
  }));
}

function obstacleWords(obstacle: ScopeObstacle | undefined, profile: string): string {
  switch (obstacle) {
    case undefined:
      return "";
    case "unknown-to-profile":
      return `not in profile ${profile}`;
    case "other-flow":
      return "from phone number only";
    case "not-entitled":
      return "not entitled";
    case "not-set-up":
      return "nothing to ask is set up";
  }
}

function personChoices(people: readonly User[], chosen: string): readonly Choice[] {
  const labelled = people.map(
    ({ id, givenName, familyName, phoneNumber }) =>
      [phoneNumber, `${id}: ${givenName} ${familyName}`.slice(0, 60)] as const,
  );
  return choices(labelled, chosen);
}

/** The switch: it changes the sales unit as the portal would. */
async function register(visit: Visit, unit: SalesUnit, isOn: boolean): Promise<Done> {
  const callback = callbackOf(visit);
  const others = unit.redirectUris.filter((uri) => uri !== callback);
  const call: ApiCall = {
    method: "PATCH",
    path: apiPath(["sales-units", unit.msn]),
    body: { redirectUris: isOn ? [...others, callback] : others },
  };
  await visit.api.send(call);
  return {
    to: `try?unit=${encodeURIComponent(unit.msn)}`,
    message: isOn
      ? `${callback} is a redirect URI of ${unit.name} now.`
      : `${callback} is no redirect URI of ${unit.name} any more.`,
    calls: [call],
    undo: { action: "try", fields: { action: isOn ? "unregister" : "register", unit: unit.msn } },
  };
}

async function beginInBrowser(visit: Visit, unit: SalesUnit): Promise<Done> {
  const { form } = visit;
  const client = await Client.open(visit, unit);
  const { library, metadata } = client;
  const redirectUri = callbackOf(visit);
  const state = form.get("state") || library.randomState();
  const nonce = form.has("sendsNonce") ? form.get("nonce") || library.randomNonce() : "";
  const verifier = form.has("sendsChallenge") ? library.randomPKCECodeVerifier() : "";
  const flow = form.get("flow") ?? "";
  const hint = form.get("hint") ?? "";
  const asked: Readonly<Record<string, string>> = {
    redirect_uri: redirectUri,
    scope: form.getAll("scope").join(" "),
    state,
    ...(nonce !== "" && { nonce }),
    ...(verifier !== "" && {
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }),
    ...(flow !== "" && { requested_flow: flow }),
    // Try is its own app.
    ...(flow === "app_to_app" && { app_callback_uri: redirectUri }),
    ...(hint !== "" && { login_hint: `urn:msisdn:${hint}` }),
  };
  const attempt = newAttempt({
    kind: "browser",
    msn: unit.msn,
    redirectUri,
    metadata,
    state,
    nonce,
    verifier,
    holds: form.has("holds"),
  });
  return {
    to: "try",
    away: client.authorizationUrl(asked),
    message: "",
    calls: [],
    cookies: cookiesOf(attempt),
  };
}

async function beginFromPhone(visit: Visit, unit: SalesUnit): Promise<Done> {
  const { form } = visit;
  const client = await Client.open(visit, unit, { isTill: true });
  const { library, metadata } = client;
  const redirectUri = callbackOf(visit);
  const phone = form.get("phone")?.replace(/[\s+]/g, "") || (form.get("user") ?? "");
  const bindingMessage = form.get("bindingMessage") ?? "";
  const isRedirect = form.get("mode") === "redirect";
  const nonce = library.randomNonce();
  const known = {
    kind: "till" as const,
    ...{ msn: unit.msn, redirectUri, metadata, nonce, user: phone },
    interval: isRedirect ? 0 : USUAL_INTERVAL,
  };
  const begun = await library
    .initiateBackchannelAuthentication(client.config, {
      login_hint: `urn:msisdn:${phone}`,
      scope: form.getAll("scope").join(" "),
      nonce,
      ...(bindingMessage !== "" && { binding_message: bindingMessage }),
      ...(isRedirect && { requested_flow: "login_to_webpage", redirect_uri: redirectUri }),
    })
    .catch(wordsOf);
  const entries = await client.entries();
  if (typeof begun === "string") {
    return toResult(newAttempt({ ...known, entries, refusal: begun, isOver: true }));
  }
  const { auth_req_id: authReqId } = begun;
  const interval = isRedirect ? 0 : (begun.interval ?? USUAL_INTERVAL);
  const pollAt = isRedirect ? 0 : await pollAfter(visit, interval);
  const attempt = newAttempt({ ...known, entries, authReqId, interval, pollAt });
  return toResult(await withLogin(visit, attempt));
}
