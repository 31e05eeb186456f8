import type { Options } from "../config/options.ts";
import { endpointsFor, PATHS } from "../request/addresses.ts";
import { reasonOf } from "./healthcheck.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * `vipps-login-mock doctor [URL]`: what a browser and a backend see of a running mock, and what to
 * change where they would stumble.
 */

/** One thing that was checked. */
interface Finding {
  readonly ok: boolean;
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

/** 0 when all is well, else 1. */
export async function doctor(
  url: string | undefined,
  { port, controlToken }: Pick<Options, "port" | "controlToken">,
  io: CommandIo,
): Promise<ExitCode> {
  const base = (url ?? `http://localhost:${port}`).replace(/\/$/, "");
  const findings = await examine(base, controlToken);
  for (const { ok, what, remedy } of findings) {
    io.out(`${ok ? "ok  " : "FAIL"}  ${what}\n`);
    if (remedy) io.out(`      ${remedy}\n`);
  }
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

async function examine(base: string, controlToken: string | undefined): Promise<Finding[]> {
  let response: Response;
  try {
    response = await fetch(`${base}${PATHS.discovery}`);
  } catch (error) {
    return [unreachable(base, reasonOf(error))];
  }
  if (response.headers.get("x-vipps-login-mock") === null) {
    const what = `${base} responds with ${response.status}, but is not a vipps-login-mock`;
    return [
      { ok: false, what, remedy: "Something else listens there. Give the address of the mock." },
    ];
  }
  if (!response.ok) {
    const what = `${base} responds with ${response.status} where the discovery document should be`;
    return [{ ok: false, what, remedy: "Give the base URL that the mock printed at start." }];
  }
  const discovery = (await response.json()) as Discovery;
  return [
    { ok: true, what: `a backend reaches ${base}` },
    checkIssuer(discovery.issuer, base),
    ...(await Promise.all([
      checkEndpoint("authorization endpoint (browsers go there)", discovery.authorization_endpoint),
      checkEndpoint("token endpoint", discovery.token_endpoint),
      checkEndpoint("JWKS", discovery.jwks_uri),
      checkEndpoint("userinfo endpoint", discovery.userinfo_endpoint),
    ])),
    await checkClock(base, controlToken),
  ];
}

function unreachable(base: string, reason: string): Finding {
  const tls = /certificate|self.signed|unable to verify/i.test(reason);
  return {
    ok: false,
    what: `${base} is not reachable: ${reason}`,
    remedy: tls
      ? "Make this program trust the certificate's CA: set NODE_EXTRA_CA_CERTS to the CA file."
      : "Start the mock, or give the address it printed; from inside a container use its host name.",
  };
}

/** Clients compare the issuer with the one they were configured with, letter by letter. */
function checkIssuer(issuer: unknown, base: string): Finding {
  const expected = endpointsFor(base, {}).issuer;
  return issuer === expected
    ? { ok: true, what: `the issuer is ${expected}` }
    : {
        ok: false,
        what: `the issuer is ${String(issuer)}, not ${expected}`,
        remedy: "Configure the client with that issuer, or start the mock without --issuer.",
      };
}

async function checkEndpoint(name: string, url: unknown): Promise<Finding> {
  try {
    const { status } = await fetch(String(url), { redirect: "manual" });
    const missing = status === 404 || status >= 500;
    return missing
      ? {
          ok: false,
          what: `${name}: ${url} responds with ${status}`,
          remedy: "Set --public-url to the address of the mock.",
        }
      : { ok: true, what: `${name}: ${url}` };
  } catch (error) {
    return {
      ok: false,
      what: `${name}: ${url} is not reachable from here: ${reasonOf(error)}`,
      remedy: "Set --public-url to an address that browsers reach, or leave it out.",
    };
  }
}

/** A sandbox's clock can be moved; a client that reads the real one then refuses every ID token. */
async function checkClock(base: string, controlToken: string | undefined): Promise<Finding> {
  const headers = controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` };
  const response = await fetch(`${base}${PATHS.control}/clock`, { headers });
  if (!response.ok) {
    return {
      ok: true,
      what: `the clock cannot be read: the control API responds with ${response.status}`,
    };
  }
  const { offset, frozen } = (await response.json()) as { offset: number; frozen: boolean };
  const ok = Math.abs(offset) <= TOLERATED_SKEW && !frozen;
  const how = frozen ? "is stopped" : "runs";
  return {
    ok,
    what: `the mock's clock ${how}${aheadOrBehind(offset)} the real time`,
    ...(!ok && {
      remedy: `Clients refuse tokens from another time. Return to the real time with DELETE ${base}${PATHS.control}/clock.`,
    }),
  };
}

function aheadOrBehind(offset: number): string {
  if (offset === 0) return " and shows";
  const seconds = Math.abs(offset) === 1 ? "a second" : `${Math.abs(offset)} seconds`;
  return `, ${seconds} ${offset > 0 ? "ahead of" : "behind"}`;
}
