import type { Options } from "../config/options.ts";
import { DOCTOR } from "../http/onlookers.ts";
import { fromHttpDate } from "../platform/calendar.ts";
import type { WallClock } from "../platform/capabilities.ts";
import { systemWallClock } from "../platform/clock.ts";
import { isUrl } from "../platform/url.ts";
import type { EpochSeconds } from "../records/time.ts";
import { ISSUER_PATH, PATHS } from "../request/addresses.ts";
import type { TlsOptions } from "../tls/options.ts";
import type { Ask } from "./ask.ts";
import { askingBy, readMembers, reasonOf, Unreadable } from "./ask.ts";
import type { AddressSettings } from "./doctor-advice.ts";
import { adviceFor, baseIn, containerNameAdvice, isContainerName } from "./doctor-advice.ts";
import { checkTrust } from "./doctor-trust.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * `vipps-login-mock doctor [URL]`: what a backend sees of a running mock at an address, what a browser sees
 * of it, and what to change where they would stumble.
 */

/** One thing that was checked. */
interface Finding {
  /** `perhaps` where it depends on what cannot be seen from here. */
  readonly ok: boolean | "perhaps";
  readonly what: string;
  /** What to do, where something is not right. */
  readonly remedy?: string;
}

/** The largest difference between the clocks that clients tolerate, in seconds. */
const TOLERATED_SKEW = 30;

/** The members of discovery that a client needs. */
interface Discovery {
  readonly issuer?: unknown;
  readonly authorization_endpoint?: unknown;
  readonly token_endpoint?: unknown;
  readonly jwks_uri?: unknown;
  readonly userinfo_endpoint?: unknown;
}

/** What an address shows. */
interface Sight {
  readonly discovery: Discovery;
  /** The time of the machine that responds, where it says so. */
  readonly at: EpochSeconds | undefined;
}

/** 0 when all is well as far as can be seen from here, else 1. */
export async function doctor(
  url: string | undefined,
  {
    port,
    controlToken,
    tlsDir,
  }: Pick<Options, "port" | "controlToken"> & Pick<TlsOptions, "tlsDir">,
  io: CommandIo,
  now: WallClock = systemWallClock,
): Promise<ExitCode> {
  const base = baseIn(url ?? `http://localhost:${port}`);
  const { reach, finding: trust } = await checkTrust(base, tlsDir);
  const findings: Finding[] = trust ? [trust] : [];
  if (reach) {
    // By its name the mock knows that what it refuses here is no application's mistake.
    const ask = askingBy(reach, { "user-agent": `${DOCTOR}/${io.version}` });
    findings.push(...(await examine({ base, ask }, controlToken, now)));
  }
  const told = new Set<string>();
  for (const { ok, what, remedy } of findings) {
    io.out(`${ok === "perhaps" ? "warn" : ok ? "ok  " : "FAIL"}  ${what}\n`);
    // One cause can have several effects.
    if (remedy && !told.has(remedy)) io.out(`      ${remedy}\n`);
    if (remedy) told.add(remedy);
  }
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

/** Where the mock was called, and how it is asked. */
interface Place {
  readonly base: string;
  readonly ask: Ask;
}

async function examine(
  place: Place,
  controlToken: string | undefined,
  now: WallClock,
): Promise<Finding[]> {
  const { base } = place;
  const seen = await lookAt(place);
  if ("problem" in seen) return [seen.problem];
  const { discovery, at } = seen;
  const settings = await settingsOf(place, discovery);
  return [
    { ok: true, what: `a backend reaches ${base}` },
    checkIssuer(discovery.issuer, base, settings),
    ...(await examineFront(place, discovery, settings)),
    ...(await examineBack(place, discovery, settings)),
    ...(at === undefined ? [] : [checkMachineClock(at - now())]),
    await checkClock(place, controlToken),
  ];
}

async function lookAt({ base, ask }: Place): Promise<Sight | { readonly problem: Finding }> {
  try {
    return await ask(`${base}${PATHS.discovery}`, (response) => sightOf(base, response));
  } catch (error) {
    if (!(error instanceof Unreadable)) return { problem: unreachable(base, reasonOf(error)) };
    const what = `the discovery document of ${base} cannot be read: ${error.message}`;
    return { problem: { ok: false, what, remedy: ON_THE_WAY } };
  }
}

/** @throws Unreadable when it is no discovery document */
async function sightOf(
  base: string,
  response: Response,
): Promise<Sight | { readonly problem: Finding }> {
  if (response.headers.get("x-vipps-login-mock") === null) {
    const what = `${base} responds with ${response.status}, but is not a vipps-login-mock`;
    const remedy = "Something else listens there. Give the address of the mock.";
    return { problem: { ok: false, what, remedy } };
  }
  if (!response.ok) {
    const what = `${base} responds with ${response.status} where the discovery document should be`;
    const remedy =
      "Give the base URL that the mock printed at start, or that of a sandbox that is there.";
    return { problem: { ok: false, what, remedy } };
  }
  const at = fromHttpDate(response.headers.get("date") ?? "");
  const discovery = await readMembers<Discovery>(response);
  if (typeof discovery.issuer !== "string") throw new Unreadable("the response names no issuer");
  return { discovery, at };
}

const ON_THE_WAY =
  "Look at what stands between here and the mock, such as a proxy, or call the mock past it.";

function unreachable(base: string, reason: string): Finding {
  return {
    ok: false,
    what: `${base} is not reachable: ${reason}`,
    remedy:
      "Start the mock, or give the address it printed; from inside a container use its host name.",
  };
}

/** The mock says how it was started; where that cannot be asked for, its addresses show most of it. */
async function settingsOf({ base, ask }: Place, discovery: Discovery): Promise<AddressSettings> {
  const read = async (response: Response) =>
    response.ok ? await readMembers<AddressSettings>(response) : {};
  const said = await ask(`${base}${PATHS.control}/addresses`, read).catch(() => ({}));
  const back = baseOf(discovery.token_endpoint, PATHS.token);
  const front = baseOf(discovery.authorization_endpoint, PATHS.authorize);
  const isOwn = discovery.issuer === `${back}${ISSUER_PATH}`;
  return {
    publicUrl: front === back ? null : front,
    pinnedIssuer: isOwn ? null : String(discovery.issuer),
    trustProxy: false,
    ...said,
  };
}

function baseOf(endpoint: unknown, path: string): string {
  return String(endpoint).slice(0, -path.length);
}

/** Clients compare the issuer with the one they were configured with, letter by letter. */
function checkIssuer(issuer: unknown, base: string, settings: AddressSettings): Finding {
  const expected = `${base}${ISSUER_PATH}`;
  return issuer === expected
    ? { ok: true, what: `the issuer is ${expected}` }
    : {
        ok: false,
        what: `the issuer is ${String(issuer)}, not ${expected}`,
        remedy: adviceFor(base, String(issuer), settings),
      };
}

/** Where the mock sends browsers, which may be elsewhere than this program is. */
async function examineFront(
  { base, ask }: Place,
  { authorization_endpoint: endpoint }: Discovery,
  settings: AddressSettings,
): Promise<Finding[]> {
  const front = baseOf(endpoint, PATHS.authorize);
  const name = "authorization endpoint (browsers go there)";
  const isElsewhere = front !== base;
  const found = await checkEndpoint(name, endpoint, {
    ask,
    unreachable: isElsewhere ? "perhaps" : false,
    remedy: frontAdvice(settings),
  });
  if (!isUrl(front)) return [found];
  const { hostname } = new URL(front);
  if (isContainerName(hostname)) {
    const what = `browsers are sent to ${front}, and "${hostname}" is a name that only containers know`;
    return [found, { ok: "perhaps", what, remedy: containerNameAdvice(front, settings) }];
  }
  return isElsewhere && found.ok === true
    ? [found, await checkFront({ base: front, ask }, settings)]
    : [found];
}

function frontAdvice({ publicUrl }: AddressSettings): string {
  return publicUrl === null
    ? "Set --public-url to the address by which browsers reach the mock."
    : `--public-url is ${publicUrl}: browsers must reach the mock there. See with "vipps-login-mock doctor ${publicUrl}" where the browser runs.`;
}

/** Whoever uses the browsers' address for a backend too should not stumble either. */
async function checkFront(place: Place, settings: AddressSettings): Promise<Finding> {
  const { base: front } = place;
  const seen = await lookAt(place);
  if ("problem" in seen) return { ...seen.problem, ok: "perhaps" };
  const { issuer } = seen.discovery;
  const finding = checkIssuer(issuer, front, settings);
  if (finding.ok || settings.pinnedIssuer !== null) {
    return { ok: true, what: `a backend that uses ${front} too gets the issuer ${issuer}` };
  }
  const what = `for a backend that uses ${front} too, ${finding.what}`;
  return { ...finding, ok: "perhaps", what };
}

async function examineBack(
  { base, ask }: Place,
  discovery: Discovery,
  settings: AddressSettings,
): Promise<Finding[]> {
  const back = baseOf(discovery.token_endpoint, PATHS.token);
  const remedy =
    back === base
      ? `Let the proxy at ${base} hand on all paths.`
      : adviceFor(base, `${back}${ISSUER_PATH}`, settings);
  const asFound = { ask, unreachable: false, remedy } as const;
  return await Promise.all([
    checkEndpoint("token endpoint", discovery.token_endpoint, asFound),
    checkEndpoint("JWKS", discovery.jwks_uri, asFound),
    checkEndpoint("userinfo endpoint", discovery.userinfo_endpoint, asFound),
  ]);
}

async function checkEndpoint(
  name: string,
  url: unknown,
  not: {
    readonly ask: Ask;
    readonly unreachable: Finding["ok"];
    readonly remedy: string;
  },
): Promise<Finding> {
  const { remedy } = not;
  try {
    const status = await not.ask(String(url), (response) => response.status, {
      redirect: "manual",
    });
    const missing = status === 404 || status >= 500;
    return missing
      ? { ok: false, what: `${name}: ${url} responds with ${status}`, remedy }
      : { ok: true, what: `${name}: ${url}` };
  } catch (error) {
    const what = `${name}: ${url} is not reachable from here: ${reasonOf(error)}`;
    return { ok: not.unreachable, what, remedy };
  }
}

/** How far a machine is ahead, in seconds. */
function checkMachineClock(ahead: number): Finding {
  if (Math.abs(ahead) <= TOLERATED_SKEW) {
    return { ok: true, what: "the clocks of this machine and of the mock's agree" };
  }
  return {
    ok: false,
    what: `the mock's machine is ${secondsOf(ahead)} ${ahead > 0 ? "ahead of" : "behind"} this one`,
    remedy:
      "Clients refuse tokens from another time. Have both machines set by NTP; a virtual machine that " +
      "slept may have to be restarted.",
  };
}

/** What the control API says of the clock. */
interface ClockState {
  readonly offset: number;
  readonly frozen: boolean;
}

/** A sandbox's clock can be moved; a client that reads the real one then refuses every ID token. */
async function checkClock(
  { base, ask }: Place,
  controlToken: string | undefined,
): Promise<Finding> {
  const url = `${base}${PATHS.control}/clock`;
  const headers = controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` };
  const unread = "the clock cannot be read";
  try {
    return await ask(
      url,
      async (response) => {
        if (response.ok) return clockFinding(url, await readMembers<ClockState>(response));
        const what = `${unread}: the control API responds with ${response.status}`;
        return { ok: true, what };
      },
      { headers },
    );
  } catch (error) {
    const what = `${unread} at ${url}: ${reasonOf(error)}`;
    return { ok: "perhaps", what, remedy: ON_THE_WAY };
  }
}

/** @throws Unreadable when it is not the clock's state */
function clockFinding(url: string, { offset, frozen }: Partial<ClockState>): Finding {
  if (typeof offset !== "number" || typeof frozen !== "boolean") {
    throw new Unreadable("the response says nothing about a clock");
  }
  const ok = Math.abs(offset) <= TOLERATED_SKEW && !frozen;
  const how = frozen ? "is stopped" : "runs";
  return {
    ok,
    what: `the mock's clock ${how}${aheadOrBehind(offset)} the real time`,
    ...(!ok && {
      remedy: `Clients refuse tokens from another time. Return to the real time with DELETE ${url}.`,
    }),
  };
}

function aheadOrBehind(offset: number): string {
  if (offset === 0) return " and shows";
  return `, ${secondsOf(offset)} ${offset > 0 ? "ahead of" : "behind"}`;
}

function secondsOf(difference: number): string {
  const seconds = Math.abs(difference);
  return seconds === 1 ? "a second" : `${seconds} seconds`;
}
