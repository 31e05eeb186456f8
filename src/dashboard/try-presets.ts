import type * as openid from "openid-client";
import { Problem } from "../control/api/problem.ts";
import type { Minted, SalesUnit, User } from "../control/types.ts";
import { SCOPES } from "../records/vocabulary.ts";
import { PATHS } from "../request/addresses.ts";
import { splitByEntitlement } from "../rules/entitlement.ts";
import type { ApiCall } from "./api.ts";
import type { Visit } from "./page.ts";
import type { Attempt } from "./try-attempt.ts";
import { newAttempt } from "./try-attempt.ts";
import { Client, wordsOf } from "./try-client.ts";
import { callbackOf } from "./try-flow.ts";

/** Mistakes that applications make, each to be made here by one button. */

interface Preset {
  readonly id: string;
  readonly label: string;
  /** What of an application is wrong. */
  readonly mistake: string;
  readonly make: (context: Context) => Promise<Made>;
}

interface Context {
  readonly visit: Visit;
  readonly unit: SalesUnit;
  /** One that the sales unit has registered. */
  readonly redirectUri: string;
}

/** What came of a mistake. */
interface Made {
  readonly client: Client;
  /** What an application gets to know. */
  readonly seen: string;
  readonly calls?: readonly ApiCall[];
}

export const PRESETS: readonly Preset[] = [
  {
    id: "trailing-slash",
    label: "A slash too many",
    mistake: "redirect_uri ends with a slash that the registered one does not have.",
    make: (context) => authorize(context, { redirect_uri: `${context.redirectUri}/` }),
  },
  {
    id: "short-state",
    label: "A short state",
    mistake: "state has 7 characters.",
    make: (context) => authorize(context, { state: "1234567" }),
  },
  {
    id: "unknown-scope",
    label: "A scope that does not exist",
    mistake: "scope has profile, which other services have.",
    make: (context) => authorize(context, { scope: "openid profile" }),
  },
  {
    id: "no-entitlement",
    label: "A scope without entitlement",
    mistake: "scope has one that the sales unit may not ask for.",
    make: (context) => authorize(context, { scope: `openid ${unentitledScope(context)}` }),
  },
  {
    id: "too-long",
    label: "A request that is too long",
    mistake: "The URL of the authorization request has more characters than the gateway passes on.",
    make: (context) => authorize(context, { claims: tooLong(context) }),
  },
  {
    id: "wrong-secret",
    label: "A wrong secret",
    mistake: "The token request has another client_secret.",
    make: (context) => redeem(context, { setup: { secret: "not-the-secret" } }),
  },
  {
    id: "wrong-verifier",
    label: "A wrong code verifier",
    mistake: "code_verifier is not the one that code_challenge was made from.",
    make: (context) => redeem(context, { isOtherVerifier: true }),
  },
  {
    id: "used-code",
    label: "A code that was used",
    mistake: "The same code is exchanged a second time, as after a reload of the callback.",
    make: (context) => redeem(context, { times: 2 }),
  },
];

/** @throws Problem 422 where the sales unit lacks what the mistake is made with */
export async function breakIt(
  visit: Visit,
  unit: SalesUnit,
  name: string,
): Promise<{ readonly attempt: Attempt; readonly calls: readonly ApiCall[] }> {
  const preset = PRESETS.find(({ id }) => id === name);
  if (!preset) throw new Problem(404, `There is no mistake ${JSON.stringify(name)} to make.`);
  const callback = callbackOf(visit);
  const redirectUri =
    unit.redirectUris.find((uri) => uri === callback) ??
    unit.redirectUris.find((uri) => /^https?:/.test(uri) && !uri.endsWith("/"));
  if (redirectUri === undefined) {
    throw new Problem(422, `${unit.name} has no redirect URI: register one to make this mistake.`);
  }
  const { client, seen, calls = [] } = await preset.make({ visit, unit, redirectUri });
  const entries = await client.entries();
  const known = { kind: "broken", msn: unit.msn, preset: preset.id, redirectUri } as const;
  return { attempt: newAttempt({ ...known, entries, refusal: seen, isOver: true }), calls };
}

/** An authorization request that is good but for the changes. */
async function authorize(
  { visit, unit, redirectUri }: Context,
  changes: Readonly<Record<string, string>>,
): Promise<Made> {
  const client = await Client.open(visit, unit);
  const state = changes["state"] ?? client.library.randomState();
  const url = client.authorizationUrl({
    redirect_uri: redirectUri,
    scope: "openid name",
    state,
    ...changes,
  });
  const { status, location } = await client.browse(url);
  return { client, seen: await seenOf(client, { status, location, redirectUri, state }) };
}

/** What an application gets to know of an authorization request. */
async function seenOf(
  { library, config }: Client,
  answer: { status: number; location: string; redirectUri: string; state: string },
): Promise<string> {
  const { status, location, redirectUri, state } = answer;
  if (location.startsWith(`${redirectUri}?`)) {
    return library
      .authorizationCodeGrant(config, new URL(location), { expectedState: state })
      .then(() => "Nothing wrong.", wordsOf);
  }
  if (location.includes(PATHS.error)) {
    const { searchParams } = new URL(location);
    return `Nothing. The browser is left on an error page of the login (${searchParams.get("error")}), and does not come back.`;
  }
  if (status >= 400) return `Nothing. The browser is left with HTTP ${status}.`;
  return "Nothing wrong: the login begins, because this profile drops what it does not grant.";
}

interface Redemption {
  readonly setup?: { readonly secret: string };
  readonly isOtherVerifier?: boolean;
  readonly times?: number;
}

/** A good code of a login that nobody had to make, and a token request for it with something wrong. */
async function redeem(
  { visit, unit, redirectUri }: Context,
  { setup = { secret: unit.clientSecret }, isOtherVerifier = false, times = 1 }: Redemption,
): Promise<Made> {
  const client = await Client.open(visit, unit, setup);
  const { library, config } = client;
  const verifier = library.randomPKCECodeVerifier();
  const { code, call } = await mintedCode(visit, {
    clientId: unit.clientId,
    scope: "openid",
    redirectUri,
    codeChallenge: await library.calculatePKCECodeChallenge(verifier),
  });
  const checks: openid.AuthorizationCodeGrantChecks = {
    pkceCodeVerifier: isOtherVerifier ? library.randomPKCECodeVerifier() : verifier,
    expectedState: library.skipStateCheck,
  };
  const url = new URL(`${redirectUri}?${new URLSearchParams({ code })}`);
  let seen = "";
  for (let time = 0; time < times; time += 1) {
    seen = await library
      .authorizationCodeGrant(config, url, { ...checks })
      .then(() => "Nothing wrong.", wordsOf);
  }
  return { client, seen, calls: [call] };
}

/** @throws Problem 422 where nobody can log in */
async function mintedCode(
  { api }: Visit,
  wanted: Readonly<Record<string, string>>,
): Promise<{ readonly code: string; readonly call: ApiCall }> {
  let refusal = new Problem(422, "Nobody here can log in: make a user in the portal.");
  for (const { id, status, consentAnswer } of await api.list<User>(["users"], { limit: 20 })) {
    if (status !== "active" || consentAnswer !== "accept") continue;
    const call: ApiCall = { method: "POST", path: "/tokens", body: { ...wanted, user: id } };
    try {
      return { code: (await api.send<Minted>(call)).code, call };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** @throws Problem 422 where the sales unit may ask for everything */
function unentitledScope({ visit: { exchange }, unit }: Context): string {
  const asker = { salesUnit: unit, flow: "browser", sandbox: exchange.sandbox } as const;
  const likely = ["nin", "gender", ...SCOPES];
  const { refused } = splitByEntitlement(likely, asker);
  if (refused !== undefined) return refused;
  throw new Problem(422, `${unit.name} may ask for every scope: choose another sales unit.`);
}

/** Twice as long as it may be, and harmless otherwise. */
function tooLong({ visit: { exchange } }: Context): string {
  return JSON.stringify({ userinfo: { name: "x".repeat(exchange.sandbox.limits.urlLength) } });
}
