import { printable } from "../platform/printable.ts";
import type { LoggedRequest } from "../records/logged-request.ts";
import type { Scenario } from "../records/scenario.ts";
import { DAY, HOUR, MINUTE } from "../records/time.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import { maskBody, maskPath } from "./mask.ts";

/**
 * What a failed test needs to know, as a text: what was refused and why, how each login went, what
 * still waits, and what was prepared in vain. It is read in a terminal and in the logs of CI, so it is
 * short whatever happened, and secrets are masked even where the request log shows them.
 */

/** What the report is made from. */
export interface ReportFacts {
  readonly sandbox: string;
  readonly issuer: string;
  /** The request log, the oldest first. */
  readonly requests: readonly ReportedRequest[];
  /** The names of the sales units in the log, by client id. */
  readonly salesUnits: ReadonlyMap<string, string>;
  /** The logins that wait for a person; one more than is listed is enough. */
  readonly waiting: readonly WaitingLogin[];
  /** The scenarios that no login used. */
  readonly unused: readonly Pick<Scenario, "id" | "match" | "user" | "outcome">[];
}

/** What of a request is told. */
export type ReportedRequest = Pick<
  LoggedRequest,
  "at" | "method" | "url" | "endpoint" | "status" | "clientId" | "user" | "login"
> &
  Pick<LoggedRequest, "diagnosis" | "notes" | "fault">;

/** What of a waiting login is told. */
export interface WaitingLogin {
  readonly id: string;
  readonly flow: LoginFlow;
  readonly clientId: string;
  readonly user?: string | undefined;
  readonly status: string;
}

/** So many of each kind are told: the newest of what happened, and the first of what is listed. */
const MOST_REFUSALS = 10;
const MOST_LOGINS = 5;
const MOST_STEPS = 15;
export const MOST_LISTED = 10;

/** A line of the report; what is longer is cut off. */
const LONGEST_LINE = 600;

/** The report, which ends with a line break. */
export function reportOf(facts: ReportFacts): string {
  const refusals = refusalsIn(facts.requests);
  const logins = loginsIn(facts.requests);
  const sections = [
    refusalSection(facts, refusals, logins),
    ...loginSections(facts, refusals, logins),
    waitingSection(facts),
    unusedSection(facts),
    otherSection(facts, refusals),
  ];
  const lines = sections.filter(({ length }) => length > 0);
  return `${lines.map((section) => section.map(clipped).join("\n")).join("\n\n")}\n`;
}

/** The same refusal, however often it came. */
interface Refusal {
  readonly number: number;
  readonly first: ReportedRequest;
  count: number;
}

/** Keeps each refused request to the refusal that it belongs to. */
type Refusals = ReadonlyMap<ReportedRequest, Refusal>;

function refusalsIn(requests: readonly ReportedRequest[]): Refusals {
  const byText = new Map<string, Refusal>();
  const refusals = new Map<ReportedRequest, Refusal>();
  for (const request of requests) {
    const { login, diagnosis } = request;
    if (diagnosis === undefined) continue;
    const text = JSON.stringify([login, requestLine(request), diagnosis.message]);
    const known = byText.get(text) ?? { number: byText.size + 1, first: request, count: 0 };
    known.count += 1;
    byText.set(text, known);
    refusals.set(request, known);
  }
  return refusals;
}

/** The requests of one login. */
interface LoginChain {
  readonly number: number;
  readonly requests: ReportedRequest[];
}

/** By the id of the login, in the order in which they began. */
type LoginChains = ReadonlyMap<string, LoginChain>;

function loginsIn(requests: readonly ReportedRequest[]): LoginChains {
  const logins = new Map<string, LoginChain>();
  for (const request of requests) {
    if (request.login === undefined) continue;
    const chain = logins.get(request.login) ?? { number: logins.size + 1, requests: [] };
    chain.requests.push(request);
    logins.set(request.login, chain);
  }
  return logins;
}

function refusalSection(
  { sandbox, issuer, requests, salesUnits }: ReportFacts,
  refusals: Refusals,
  logins: LoginChains,
): string[] {
  if (requests.length === 0) {
    return [
      `No request came to the sandbox ${sandbox}.`,
      `What to do: Check that the application is configured with the issuer ${issuer}`,
    ];
  }
  const count = `${requests.length} ${requests.length === 1 ? "request" : "requests"}`;
  const different = [...new Set(refusals.values())];
  const told = different.slice(-MOST_REFUSALS);
  const only = told.length < different.length ? `; the last ${told.length} reasons` : "";
  if (told.length === 0) return [`No refusal among ${count} to the sandbox ${sandbox}.`];
  return [
    `Refused: ${refusals.size} of ${count} to the sandbox ${sandbox}${only}:`,
    ...told.flatMap((refusal) => refusalLines(refusal, salesUnits, logins)),
  ];
}

function refusalLines(
  { number, first, count }: Refusal,
  salesUnits: ReportFacts["salesUnits"],
  logins: LoginChains,
): string[] {
  const { login = "", clientId, diagnosis } = first;
  const chain = logins.get(login);
  const place = chain && `in login ${chain.number}`;
  const unit = clientId === undefined ? undefined : `by ${nameOf(clientId, salesUnits)}`;
  const where = [requestLine(first), unit, place, times(count)].filter(Boolean).join(" ");
  const { message = "", detail = "", faq, source } = diagnosis ?? {};
  return [
    `${number}. ${where}: ${masked(message)}`,
    `   What to do: ${masked(detail)}`,
    `   ${faq === undefined ? `See: ${source}` : `FAQ: ${faq}`}`,
  ];
}

function loginSections(
  { salesUnits }: ReportFacts,
  refusals: Refusals,
  logins: LoginChains,
): string[][] {
  const all = [...logins.values()];
  const told = all.slice(-MOST_LOGINS);
  const sections = told.map((chain) => chainLines(chain, salesUnits, refusals));
  if (told.length === all.length) return sections;
  return [[`Of ${all.length} logins the last ${told.length}:`], ...sections];
}

function chainLines(
  { number, requests }: LoginChain,
  salesUnits: ReportFacts["salesUnits"],
  refusals: Refusals,
): string[] {
  const [first] = requests;
  const user = requests.findLast((request) => request.user !== undefined)?.user;
  const clientId = requests.find((request) => request.clientId !== undefined)?.clientId;
  const of = user === undefined ? "" : ` of ${user}`;
  const at = clientId === undefined ? "" : ` at ${nameOf(clientId, salesUnits)}`;
  const steps = counted(requests, (request) => stepLine(request, refusals));
  const told = steps.slice(-MOST_STEPS);
  const left = steps.length - told.length;
  return [
    `Login ${number}${of}${at}:`,
    ...(left > 0 ? [`   (the first ${left} left out)`] : []),
    ...told.map(({ line, count, item }) => {
      const after = offset(item.at - (first?.at ?? item.at)).padEnd(6);
      return `   ${[after, line, times(count)].filter(Boolean).join(" ")}`;
    }),
  ];
}

function stepLine(request: ReportedRequest, refusals: Refusals): string {
  const { notes, fault } = request;
  const refusal = refusals.get(request);
  return [
    requestLine(request),
    ...(refusal ? [`refused, see ${refusal.number}`] : []),
    ...(fault === undefined ? [] : [`hit by the fault ${fault}`]),
    ...notes.map(({ message }) => `noticed: ${masked(message)}`),
  ].join("; ");
}

function waitingSection({ waiting, salesUnits }: ReportFacts): string[] {
  if (waiting.length === 0) return [];
  const told = waiting.slice(0, MOST_LISTED);
  return [
    "Logins that wait for a person:",
    ...told.map(({ id, flow, clientId, user = "unknown", status }) => {
      const how = flow === "browser" ? "in a browser" : "from phone number";
      return `- ${status}, user ${user}, at ${nameOf(clientId, salesUnits)}, ${how}, id ${id}`;
    }),
    ...more(waiting.length - told.length),
    "   What to do: Queue a scenario before the login begins, or approve it with POST logins/{id}/approve.",
  ];
}

function unusedSection({ unused }: ReportFacts): string[] {
  if (unused.length === 0) return [];
  const told = unused.slice(0, MOST_LISTED);
  return [
    "Scenarios that no login used:",
    ...told.map(({ id, match, user, outcome }) => {
      const what = typeof outcome === "string" ? outcome : outcome.error;
      const who = user === undefined ? "" : ` as ${user}`;
      const which = Object.entries(match).map(([name, value]) => `${name} ${value}`);
      const whose = which.length === 0 ? "any login" : `logins with ${which.join(", ")}`;
      return `- ${what}${who}, for ${whose}, id ${id}`;
    }),
    ...more(unused.length - told.length),
  ];
}

/** What belongs to no login. A refused request is told already. */
function otherSection({ requests }: ReportFacts, refusals: Refusals): string[] {
  const others = requests.filter(
    (request) => request.login === undefined && !refusals.has(request),
  );
  if (others.length === 0) return [];
  const sorted = others.map((request) => stepLine(request, refusals)).sort();
  const lines = counted(sorted, (line) => line);
  const told = lines.slice(0, MOST_LISTED);
  return [
    "Outside of logins:",
    ...told.map(({ line, count }) => `- ${[line, times(count)].filter(Boolean).join(" ")}`),
    ...more(lines.length - told.length),
  ];
}

function more(left: number): string[] {
  return left > 0 ? ["- and more"] : [];
}

/** `GET auth 302`; by its path where nothing has an endpoint's name. */
function requestLine({ method, endpoint, url, status }: ReportedRequest): string {
  const path = url.replace(/^\w+:\/\/[^/]*/, "").replace(/[?#].*/s, "");
  return `${method} ${endpoint ?? maskPath(path)} ${status ?? "without a response"}`;
}

/** The name that people know it by; of a client that there is not, what was sent. */
function nameOf(clientId: string, salesUnits: ReportFacts["salesUnits"]): string {
  return salesUnits.get(clientId) ?? `client_id ${clientId}`;
}

/** Values of the request stand in a diagnosis; a redirect URI may have a code in its query. */
function masked(text: string): string {
  return maskBody(text, "text/plain");
}

function times(count: number): string {
  return count === 1 ? "" : `(${count} times)`;
}

/** Lines that follow one another and are the same, as one with its count. */
function counted<Item>(items: readonly Item[], lineOf: (item: Item) => string) {
  const lines: { readonly item: Item; readonly line: string; count: number }[] = [];
  for (const item of items) {
    const line = lineOf(item);
    const last = lines.at(-1);
    if (last?.line === line) last.count += 1;
    else lines.push({ item, line, count: 1 });
  }
  return lines;
}

const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["m", MINUTE],
  ["s", 1],
] as const;

/** `+0s`, `+1h1m`: lengths as config files write them. A clock can be set back. */
function offset(seconds: number): string {
  let rest = Math.abs(seconds);
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  });
  return `${seconds < 0 ? "-" : "+"}${parts.join("") || "0s"}`;
}

/** What was sent can neither end the line nor steer the terminal. */
function clipped(line: string): string {
  const clean = printable(line);
  return clean.length > LONGEST_LINE ? `${clean.slice(0, LONGEST_LINE)}…` : clean;
}
