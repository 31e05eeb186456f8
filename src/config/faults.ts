import { closest } from "../platform/closest.ts";
import type { Fault, FaultInput, FaultMatch } from "../records/fault.ts";
import type { FaultId } from "../records/ids.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, DAY } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Corruption, EndpointName } from "../records/vocabulary.ts";
import { CORRUPTED_AT, LONGEST_DELAY } from "../records/vocabulary.ts";
import { findLengthProblems, lengthOf } from "./duration.ts";
import type { Problem } from "./problem.ts";
import { didYouMean, pathTo, quoted } from "./problem.ts";

/**
 * What a config or a request says of a fault: how it becomes a record and is shown again, and what is
 * wrong with it beyond its schema. That is above all what could never happen, because a test that
 * waits for it in vain would prove nothing.
 */

/** The record of a new fault. */
export function newFault(
  id: FaultId,
  input: FaultInput,
  users: readonly User[],
  now: EpochSeconds,
): Fault {
  return { id, ...contentOf(input, users, now), seen: 0, hits: 0 };
}

/** All of its record but the id and the counters. */
export function contentOf(
  input: FaultInput,
  users: readonly User[],
  now: EpochSeconds,
): Omit<Fault, "id" | "seen" | "hits"> {
  const { times, seed, ttl, delay = 0, then: answer, corrupt } = input;
  return {
    match: resolved(input.match, users),
    after: input.after ?? 0,
    probability: input.probability ?? 1,
    delay: lengthOf(delay) ?? 0,
    ...(times !== undefined && { times }),
    ...(seed !== undefined && { seed }),
    // It ends with the first second of the clock that is not before its end.
    ...(ttl !== undefined && { expiresAt: after(now, Math.ceil(lengthOf(ttl) ?? 0)) }),
    ...(answer !== undefined && { answer }),
    ...(corrupt !== undefined && { corrupt }),
  };
}

/**
 * The fault as somebody would write it who wants it so; without its end, because a ttl would count
 * from now.
 */
export function inputOf(fault: Fault): FaultInput {
  const { match, times, after, probability, seed, delay, answer, corrupt } = fault;
  return {
    match,
    after,
    probability,
    delay,
    ...(times !== undefined && { times }),
    ...(seed !== undefined && { seed }),
    // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
    ...(answer !== undefined && { then: answer }),
    ...(corrupt !== undefined && { corrupt }),
  };
}

/** A user may be named by the MSISDN; the id stays when the number changes. */
function resolved(
  { user: name, ...match }: FaultInput["match"],
  users: readonly User[],
): FaultMatch {
  if (name === undefined) return match;
  const found = users.find(({ phoneNumber }) => phoneNumber === name);
  return { ...match, user: found?.id ?? name };
}

/** Whom a fault may match. */
export interface KnownNames {
  readonly clientIds: readonly string[];
  /** Those of partners, who ask for platform tokens and nothing else. */
  readonly partnerClientIds: readonly string[];
  /** Ids and MSISDNs. */
  readonly users: readonly string[];
}

/** Where no request says who sends it. */
const ANONYMOUS: readonly EndpointName[] = ["discovery", "jwks"];

/** Where none is about a user. */
const USERLESS: readonly EndpointName[] = [...ANONYMOUS, "access-token", "webhooks"];

/** No test lasts longer, in seconds. */
const LONGEST_TTL = 3650 * DAY;

/** Statuses whose responses have no body. */
const BODILESS = [204, 205, 304];

export function findFaultProblems(fault: FaultInput, known: KnownNames, path = ""): Problem[] {
  const found = [
    ...findMatchProblems(fault.match, known),
    ...findTimeProblems(fault),
    ...findEffectProblems(fault),
    ...(fault.then === undefined ? [] : findResponseProblems(fault.then)),
  ];
  return path === "" ? found : found.map((one) => ({ ...one, path: below(path, one.path) }));
}

function below(path: string, inner: string): string {
  return inner === "" ? path : `${path}.${inner}`;
}

function findMatchProblems(match: FaultInput["match"], known: KnownNames): Problem[] {
  const { endpoint } = match;
  return [
    ...findNameProblems("clientId", endpoint, match.clientId, [
      ...known.clientIds,
      ...(endpoint === "access-token" ? known.partnerClientIds : []),
    ]),
    ...findNameProblems("user", endpoint, match.user, known.users),
  ];
}

const WHOSE = {
  clientId: "no sales unit has the clientId",
  user: "no user has the id or phone number",
};

function findNameProblems(
  key: keyof typeof WHOSE,
  endpoint: EndpointName,
  name: string | undefined,
  names: readonly string[],
): Problem[] {
  if (name === undefined) return [];
  const problem = { path: `match.${key}`, value: name };
  if ((key === "user" ? USERLESS : ANONYMOUS).includes(endpoint)) {
    const missing = ANONYMOUS.includes(endpoint) ? "says who it comes from" : "is about a user";
    const message = `no request to ${endpoint} ${missing}, so none could ever match; leave it out`;
    return [{ ...problem, message }];
  }
  if (names.includes(name)) return [];
  const meant = closest(name, names);
  const message = `${WHOSE[key]} ${quoted(name)}${didYouMean(meant) || "; add it first, or leave it out"}`;
  return [{ ...problem, message, ...(meant !== undefined && { closest: meant }) }];
}

function findTimeProblems({ ttl, delay }: FaultInput): Problem[] {
  return [
    ...(ttl === undefined
      ? []
      : findLengthProblems(ttl, "ttl", { least: 0.001, most: LONGEST_TTL })),
    ...(delay === undefined ? [] : findLengthProblems(delay, "delay", { most: LONGEST_DELAY })),
  ];
}

/** A fault does exactly one thing to the response, or only delays it. */
function findEffectProblems(fault: FaultInput): Problem[] {
  const { then: answer, corrupt, delay = 0 } = fault;
  if (answer !== undefined && corrupt !== undefined) {
    const message = "cannot go together with then; choose one";
    return [{ path: "corrupt", message, value: corrupt }];
  }
  if (corrupt !== undefined) return findCorruptionProblems(corrupt, fault.match.endpoint);
  if (answer === undefined && lengthOf(delay) === 0) {
    return [{ path: "", message: "nothing would happen: give then, corrupt or a delay" }];
  }
  return [];
}

function findCorruptionProblems(corrupt: Corruption, endpoint: EndpointName): Problem[] {
  const where: readonly EndpointName[] = CORRUPTED_AT[corrupt];
  if (where.includes(endpoint)) return [];
  const names = where.map(quoted).join(", ");
  const message = `${quoted(corrupt)} is about what ${where.length === 1 ? `only ${names} gives` : `${names} give`}; set match.endpoint so, not ${quoted(endpoint)}`;
  return [{ path: "corrupt", message, value: corrupt }];
}

function findResponseProblems(answer: NonNullable<FaultInput["then"]>): Problem[] {
  return [
    ...findContradictions(answer),
    ...Object.entries(answer.headers ?? {}).flatMap(([name, value]) =>
      findHeaderProblems(name, value, answer),
    ),
    ...(answer.contentType === undefined
      ? []
      : findValueProblems(answer.contentType, "then.contentType")),
  ];
}

function findContradictions(answer: NonNullable<FaultInput["then"]>): Problem[] {
  const { reset = false, status = 200, ...rest } = answer;
  const others = Object.keys(answer).filter((name) => name !== "reset");
  if (reset && others.length > 0) {
    const message = `a connection that is reset brings no response; leave out ${others.join(" and ")}, or reset`;
    return [{ path: "then.reset", message, value: reset }];
  }
  const hasBody = rest.body !== undefined || rest.truncate !== undefined;
  if (BODILESS.includes(status) && hasBody) {
    const message = `a response with status ${status} has no body; leave out body and truncate, or choose another status`;
    return [{ path: "then.status", message, value: status }];
  }
  if (!reset && others.length === 0) {
    const message =
      "nothing would happen: give status, body, headers, contentType, reset or truncate";
    return [{ path: "then", message, value: answer }];
  }
  return [];
}

/** A header's name is a token (RFC 9110 §5.6.2). */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What a header's value may not contain (RFC 9110 §5.5): it could end the header. */
const NO_HEADER_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Headers that say where the response ends and what becomes of the connection: the server cannot send
 * wrong ones, or the response would be unreadable in an undefined way.
 */
const FRAMING = [
  "content-length",
  "transfer-encoding",
  "trailer",
  "connection",
  "keep-alive",
  "upgrade",
];

function findHeaderProblems(
  name: string,
  value: string,
  answer: NonNullable<FaultInput["then"]>,
): Problem[] {
  const path = pathTo("then.headers", name);
  if (!HEADER_NAME.test(name)) {
    const message = `${quoted(name)} is no name of a header; use letters, digits and hyphens`;
    return [{ path, message, value: name }];
  }
  if (name === "__proto__") {
    const message = `${quoted(name)} is no name of a header that the server can send; choose another`;
    return [{ path, message, value }];
  }
  const lower = name.toLowerCase();
  if (FRAMING.includes(lower)) {
    const message = `${name} is set by the server; leave it out (for a response that ends too early use truncate)`;
    return [{ path, message, value }];
  }
  if (lower === "content-type" && answer.contentType !== undefined) {
    return [{ path, message: "cannot go together with contentType; choose one", value }];
  }
  return findValueProblems(value, path);
}

function findValueProblems(value: string, path: string): Problem[] {
  const wrong = NO_HEADER_VALUE.exec(value)?.[0];
  if (wrong === undefined) return [];
  const message = `${quoted(value)} is no value of a header: it contains ${quoted(wrong)}; use printable characters of Latin-1 in one line`;
  return [{ path, message, value }];
}
