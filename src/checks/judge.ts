import type { CheckedRequest, DriverReport, ProbeResult } from "../records/check-run.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import type { Seconds } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import type { Probe } from "../rules/probe.ts";

/** How one login has ended, judged by what its driver says and by what the mock has seen of it. */

export interface TurnFacts {
  readonly report: DriverReport;
  /** How long it took, by the real time. */
  readonly took: Seconds;
  readonly timeout: Seconds;
  readonly clientId: string;
  /** What came since it began. */
  readonly requests: readonly KeptRequest[];
  /** The faults of this login; undefined for one that is gone. */
  readonly faults: readonly ({ readonly id: string; readonly hits: number } | undefined)[];
  /** What has the user confirm, and how many logins it has served; undefined where it is gone. */
  readonly scenario: { readonly id: string; readonly hits: number } | undefined;
  readonly user: User | undefined;
  /** Whether anybody has fetched the keys since they were rotated. */
  readonly hasFetchedNewKeys: boolean;
  /** Whether the new key was in JWKS before. */
  readonly wasPublished: boolean;
  /** What else the user was known by at the last login. */
  readonly before: readonly string[];
  /** What the client knows that user by. */
  readonly subject: string;
}

export type Judged = Omit<ProbeResult, "probe">;

/** More would tell nobody more. */
const MOST_REQUESTS = 12;

/** An ordinary login, or that of a probe. */
export function judgeTurn(facts: TurnFacts, probe: Probe | undefined): Judged {
  const isExcused = probe?.excusedBy?.some((name) => askedIn(facts).some((one) => one.has(name)));
  return {
    ...verdictOf(facts, probe),
    requests: checkedRequests(facts),
    ...(isExcused && { isExcused: true }),
  };
}

type Verdict = Pick<Judged, "verdict" | "why">;

function verdictOf(facts: TurnFacts, probe: Probe | undefined): Verdict {
  const { user, scenario } = facts;
  if (!user)
    return { verdict: "disturbed", why: "Somebody has removed the user of this login meanwhile." };
  if (!scenario || facts.faults.includes(undefined)) {
    return {
      verdict: "disturbed",
      why: "Somebody has removed what was made for this login meanwhile.",
    };
  }
  return undisturbed({ ...facts, user, scenario }, probe);
}

/** What is known where all is still there that was made. */
interface Undisturbed extends TurnFacts {
  readonly user: User;
  readonly scenario: NonNullable<TurnFacts["scenario"]>;
}

function undisturbed(facts: Undisturbed, probe: Probe | undefined): Verdict {
  const { report, took, timeout } = facts;
  if (report.timedOut || took > timeout) {
    const why = `It was not said within ${timeout} s how the login ended.`;
    return { verdict: "hangs", why };
  }
  if (report.failure !== undefined) {
    const why = `The driver failed after ${took} s: ${sentence(report.failure)}`;
    return { verdict: "driver failed", why };
  }
  if (!wasCalled(facts)) return uncalled(facts);
  const missed = probe && whyNotReached(facts, probe);
  if (missed !== undefined) return { verdict: "not reached", why: missed };
  return outcomeOf(facts, probe);
}

function outcomeOf(facts: Undisturbed, probe: Probe | undefined): Verdict {
  const isLoggedIn = facts.report.loggedIn === true;
  if (!isLoggedIn && probe?.proves && facts.report.page?.status === 500) {
    const why = `Nobody is logged in, and the browser sees an error (500) at ${addressOf(facts.report.page)}, as after an exception that nobody has caught.`;
    return { verdict: "ends with an error page", why };
  }
  switch (probe?.kind) {
    case "refuse":
      return isLoggedIn
        ? { verdict: "accepts what it must refuse", why: `${who(facts)} all the same.` }
        : { verdict: "as it must", why: "Nobody is logged in." };
    case "survive":
      return isLoggedIn
        ? judgeUser(facts)
        : { verdict: "as it must", why: "The login ended, and nobody is logged in." };
    default:
      return isLoggedIn
        ? judgeUser(facts)
        : {
            verdict: "refuses what it must bear",
            why: `Nobody is logged in${pageIn(facts)}.${refusalIn(facts)}`,
          };
  }
}

/** Somebody may be logged in: whether it is who confirmed the login, where the driver says who it is. */
function judgeUser(facts: Undisturbed): Verdict {
  const said = userIn(facts);
  if (said === undefined || isNameOf(said, facts)) {
    return { verdict: "as it must", why: `${who(facts)}.` };
  }
  const why = `The driver says that ${JSON.stringify(said)} is logged in, but ${nameOf(facts.user)} confirmed the login.`;
  return { verdict: "logs in somebody else", why };
}

/** Where the browser was, if somebody has looked. */
function pageIn({ report: { page } }: TurnFacts): string {
  if (page === undefined) return "";
  const status = page.status === 0 ? "which cannot be opened" : `status ${page.status}`;
  return `; the browser is at ${addressOf(page)}, ${status}`;
}

/** Without its query, which is another one in each login and may have secrets. */
function addressOf({ url }: { readonly url: string }): string {
  return url.replace(/[?#].*/s, "");
}

/** With a full stop at its end. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function who(facts: TurnFacts): string {
  return `${userIn(facts) ?? "Somebody"} is logged in`;
}

/** Who is logged in, where the driver says so: what has no name on it says nothing. */
function userIn({ report: { user } }: TurnFacts): string | undefined {
  return user?.trim() === "" ? undefined : user;
}

function nameOf({ givenName, familyName }: User): string {
  return `${givenName} ${familyName}`;
}

function isNameOf(said: string, { user, subject, before }: Undisturbed): boolean {
  const { id, givenName, phoneNumber, email } = user;
  const names = [id, givenName, phoneNumber, email, nameOf(user), subject, ...before];
  return names.some((name) => folded(name) === folded(said));
}

function folded(text: string): string {
  return text.replace(/\s/g, "").replace(/^\+/, "").normalize("NFC").toLowerCase();
}

/** Whether anything of the application has come: a login, or what it reads before one. */
function wasCalled({ scenario, faults, requests, clientId }: Undisturbed): boolean {
  return (
    scenario.hits > 0 ||
    faults.some((fault) => fault && fault.hits > 0) ||
    requests.some((one) => one.clientId === clientId)
  );
}

/** Whoever is logged in without a login was so before: that says nothing of the application. */
function uncalled(facts: TurnFacts): Verdict {
  const { report, clientId } = facts;
  if (report.loggedIn) {
    const why = `Somebody is logged in, but the client ${clientId} has not called. Drive each login with a browser that has no cookies, so that nobody is logged in before.`;
    return { verdict: "driver failed", why };
  }
  const why = `Nobody is logged in${pageIn(facts)}, and the client ${clientId} has not called. Is the application configured with this sandbox's issuer and that client id?`;
  return { verdict: "never calls the mock", why };
}

/** Why there was nothing to see of the probe; undefined where there was. */
function whyNotReached(facts: Undisturbed, probe: Probe): string | undefined {
  const { requests, faults, clientId, scenario, report, hasFetchedNewKeys } = facts;
  if (probe.does.rotatesKeys && report.loggedIn && !hasFetchedNewKeys) {
    return facts.wasPublished
      ? "The new key was in JWKS before, so the application may have known it."
      : "The application took the token without fetching the new key: it does not verify signatures.";
  }
  const flow = flowOf(requests, clientId);
  if (probe.flow !== undefined && flow !== undefined && flow !== probe.flow) {
    return probe.flow === "browser"
      ? "A login from phone number has no redirect URI."
      : "Only a login from phone number has an auth_req_id.";
  }
  const missing = probe.needs && missingFor(probe.needs, facts);
  if (missing !== undefined) return missing;
  const ordered = probe.does.faults ?? [];
  if (ordered.length === 0) return scenario.hits > 0 ? undefined : "No login was begun.";
  if (faults.every((fault) => !fault?.hits)) return notAsked(ordered);
  const hit = requests.filter((one) => faults.some((fault) => fault?.id === one.fault));
  const isCorruption = ordered.some(({ corrupt }) => corrupt !== undefined);
  const isAllRefused = hit.length > 0 && hit.every(({ diagnosis }) => diagnosis !== undefined);
  return isCorruption && isAllRefused ? `The request was refused.${refusalIn(facts)}` : undefined;
}

function notAsked(ordered: NonNullable<Probe["does"]["faults"]>): string {
  const names = [...new Set(ordered.map(({ match }) => match.endpoint))];
  const keeps = names.every((name) => name === "discovery" || name === "jwks");
  const why = keeps ? ": it keeps what it has read" : "";
  return `The application has not called ${names.join(", ")}${why}.`;
}

/** What the logins of this turn have asked for. */
function askedIn({ requests, scenario }: TurnFacts): readonly URLSearchParams[] {
  return requests.flatMap(({ endpoint, sent, scenario: played }) => {
    if (played === undefined || played !== scenario?.id) return [];
    if (endpoint === "auth") return [new URLSearchParams(sent.url.replace(/^[^?]*/, ""))];
    if (endpoint !== "backchannel-authentication") return [];
    return [new URLSearchParams(sent.request.body.text)];
  });
}

/** What the application did not ask for. */
function missingFor(needs: NonNullable<Probe["needs"]>, facts: TurnFacts): string | undefined {
  const asked = askedIn(facts);
  if (asked.length === 0) return "The request log does not have the login any more.";
  if (needs === "nonce") {
    return asked.some((one) => one.has("nonce")) ? undefined : "The application sends no nonce.";
  }
  const scopes = asked.flatMap((one) => (one.get("scope") ?? "").split(" "));
  return scopes.includes(needs)
    ? undefined
    : `The application does not ask for the scope ${needs}.`;
}

function flowOf(requests: readonly KeptRequest[], clientId: string): LoginFlow | undefined {
  const theirs = requests.filter((one) => one.clientId === clientId);
  const endpoints = theirs.map(({ endpoint }) => endpoint);
  if (endpoints.includes("auth")) return "browser";
  return endpoints.includes("backchannel-authentication") ? "phone-number" : undefined;
}

/** Why the mock refused something of it, if it did. */
function refusalIn({ requests, clientId }: TurnFacts): string {
  const refused = requests.findLast(
    (one) => one.clientId === clientId && one.diagnosis && !one.fault && !one.scenario,
  );
  const { diagnosis } = refused ?? {};
  return diagnosis === undefined
    ? ""
    : ` The mock refused a request: ${diagnosis.message}. ${diagnosis.detail}`;
}

function checkedRequests({ requests, clientId, faults }: TurnFacts): readonly CheckedRequest[] {
  return requests
    .flatMap((one): CheckedRequest[] => {
      const { id, endpoint, method, status, diagnosis, fault } = one;
      const isTheirs = one.clientId === clientId || endpoint === "discovery" || endpoint === "jwks";
      if (endpoint === undefined || !isTheirs) return [];
      return [
        {
          id,
          endpoint,
          method,
          ...(status !== undefined && { status }),
          hit: faults.some((known) => known !== undefined && known.id === fault),
          ...(diagnosis && { refused: diagnosis.message }),
        },
      ];
    })
    .slice(-MOST_REQUESTS);
}

/** `POST token → 200, with the probe`. No id stands there, so that two runs read the same. */
export function lineOf({
  method,
  endpoint,
  status,
  hit,
  refused,
}: Omit<CheckedRequest, "id" | "endpoint"> & { readonly endpoint: string }): string {
  const end = status === undefined ? "no response" : String(status);
  const why = refused === undefined || hit ? "" : `: ${refused}`;
  return `${method} ${endpoint} → ${end}${hit ? ", with the probe" : ""}${why}`;
}
