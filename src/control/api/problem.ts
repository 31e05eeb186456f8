import { CompletionError, didYouMean, quoted } from "../../config/problem.ts";
import { closest as closestOf } from "../../platform/closest.ts";
import { printableLines } from "../../platform/printable.ts";
import { defined } from "../../records/defined.ts";
import type { Diagnosis } from "../../records/diagnosis.ts";
import type { CountedLimit } from "../../records/limits.ts";
import { fullMessage } from "../../records/limits.ts";
import type { StoreKind } from "../../store/store.ts";
import { FullError } from "../../store/store.ts";

/**
 * An error of the control API, as an RFC 9457 problem document. Its texts repeat what was sent, and people
 * read them on pages and in terminals: what turns the direction of writing is an escape there.
 */
export class Problem extends Error {
  readonly status: number;
  /** What is wrong with each part of the request. */
  readonly errors: readonly ProblemPart[];
  /** What the status asks for beside the body, as `allow` with 405. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    errors: readonly ProblemPart[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(printableLines(detail));
    this.status = status;
    this.errors = errors.map((error) => ({ ...error, message: printableLines(error.message) }));
    this.headers = headers;
  }
}

/** The store is away, and how it is: for programs that look after the mock. */
export class StoreProblem extends Problem {
  readonly store: UnavailableStore;

  constructor(detail: string, store: UnavailableStore) {
    super(503, detail);
    this.store = store;
  }
}

/** Its address is not said: anybody may ask how the mock is. */
interface UnavailableStore {
  readonly kind: StoreKind;
  readonly status: "unavailable";
  readonly reason: string;
}

/** One mistake in a request. */
export interface ProblemPart {
  /** The property, as `redirectUris[1]`. */
  readonly path: string;
  readonly message: string;
  readonly value?: unknown;
  /** The valid name or value that was probably meant. */
  readonly closest?: string;
}

/** Refuses a request, with everything that is wrong with a part of it. */
export function badRequest(problems: readonly ProblemPart[], where = "The body"): Problem {
  const parts = problems.map(({ path, message }) =>
    path === "" ? message : `${path}: ${message}`,
  );
  const count = parts.length === 1 ? "a problem" : `${parts.length} problems`;
  return new Problem(400, `${where} has ${count}: ${parts.join("; ")}`, problems);
}

/** @throws Problem 400 if there is one */
export function refuseProblems(problems: readonly ProblemPart[], where?: string): void {
  if (problems.length > 0) throw badRequest(problems, where);
}

/** Refuses a request because of one of its members, or of its whole when the path is empty. */
export function problemAt(status: 400 | 404 | 409 | 422, part: ProblemPart): Problem {
  const { path, message } = part;
  return new Problem(status, path === "" ? message : `${path}: ${message}`, [part]);
}

/**
 * Refuses a name that nothing has: `No fault has the id "x"`, where `what` is "fault has the id". It
 * asks for the known name that was probably meant, and otherwise says what to do.
 */
export function notFound(
  what: string,
  name: string,
  known: readonly string[],
  remedy = `; there are ${known.join(", ") || "none"}`,
): Problem {
  const meant = didYouMean(closestOf(name, known));
  return new Problem(404, `No ${what} ${quoted(name)}${meant || remedy}`);
}

/** The problem, where the body is right in itself but no whole record can be made of it, or no more of them. */
export function problemOf(error: unknown): unknown {
  if (error instanceof FullError) {
    return full(error.collection as CountedLimit, error.bound, error.count);
  }
  if (!(error instanceof CompletionError)) return error;
  return problemAt(422, { path: error.path, message: error.message });
}

/** The refusal of one more where there is as much as there may be. */
export function full(name: CountedLimit, bound: number, count: number): Problem {
  return new Problem(409, fullMessage(name, bound, count));
}

/** The refusal of a call whose sandbox was removed while it was under way. */
export function removedMeanwhile(): Problem {
  return new Problem(404, "The sandbox was removed meanwhile.");
}

/**
 * What a rule of the service refuses, and no schema could: the control API makes nothing that a user
 * and a merchant could not have made.
 */
export function refusedByRule<Given extends object>(
  given: Given,
  path: (keyof Given & string) | "",
  { message, detail, closest }: Diagnosis,
): Problem {
  const value = path === "" ? undefined : given[path];
  return problemAt(422, {
    path,
    message: `${message}. ${detail}`,
    ...defined({ value, closest }),
  });
}
