import type { IncomingHttpHeaders } from "node:http";
import { STATUS_CODES } from "node:http";
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { Problem, StoreProblem } from "../control/api/problem.ts";
import { PageRefusal } from "../oidc/errors.ts";
import type { FormFields, Parameters } from "../oidc/params.ts";
import {
  MalformedParameters,
  malformedRequest,
  parseParameters,
  unreadableRequest,
} from "../oidc/params.ts";
import { jsonPieces } from "../platform/json.ts";
import { takeTurns } from "../platform/timers.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { diagnoseMalformed, diagnoseRepeated, noteRepeated } from "../rules/protocol.ts";
import { isDoctor } from "./onlookers.ts";
import type { RequestLogger } from "./request-logger.ts";

/** How routes read a request and send a response. */

/** The query without the `?`; empty when there is none. */
export function queryOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/** The path: all before the query, in which there can be secrets. */
export function pathOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

/** The header's value; undefined where it is missing or empty. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return (typeof value === "object" ? value[0] : value) || undefined;
}

export function clientHeaders(headers: IncomingHttpHeaders): ClientHeaders {
  return { authorization: headers.authorization, msn: headerOf(headers, "merchant-serial-number") };
}

/** Parses a query or form; the route says how it refuses one that cannot be read. */
export function parametersOr(
  source: string | FormFields,
  refuse: (what: string) => Error,
): Parameters {
  try {
    return parseParameters(source);
  } catch (error) {
    throw error instanceof MalformedParameters ? refuse(error.message) : error;
  }
}

/** The refusal of a route that browsers call. */
export function unreadablePage(what: string): PageRefusal {
  return new PageRefusal(unreadableRequest(), diagnoseMalformed(what));
}

/**
 * The parameters of a page: those of the form that was sent, else those of the address.
 *
 * @throws PageRefusal when one is repeated, or has control characters
 */
export function pageParameters({ method, body, url }: FastifyRequest): Parameters {
  const source = method === "POST" ? fieldsOf(body) : queryOf(url);
  const parameters = parametersOr(source, unreadablePage);
  const [repeated] = parameters.repeated;
  if (repeated === undefined) return parameters;
  const { name } = repeated;
  const error = malformedRequest(`The parameter '${name}' is included more than once.`);
  throw new PageRefusal(error, diagnoseRepeated(name));
}

/** A body that is no form has no fields. */
function fieldsOf(body: unknown): FormFields {
  return typeof body === "object" && body !== null ? (body as FormFields) : {};
}

/** Tells the log of a request that is refused, and of one by doctor that it is doctor's: no mistake was made. */
export function logRefused(request: FastifyRequest, diagnosis: Diagnosis, line: string): void {
  if (isDoctor(request.headers)) request.log.info(`asked by vipps-login-mock doctor: ${line}`);
  else request.log.warn({ diagnosis }, line);
}

/**
 * Notes what is not refused but should be known: in the log, and in the request log. Much of it is noticed
 * before it is known which login it is about, so its line waits for that.
 */
export function note(
  request: FastifyRequest,
  diagnosis: Diagnosis,
  level: "warn" | "debug" = "warn",
): void {
  request.exchange.trace.notes.push(diagnosis);
  (request.log as RequestLogger).later(level, [{ diagnosis }, diagnosis.message]);
}

/** So many repetitions are noted of one request: a hostile one has thousands. */
const MOST_NOTED = 10;

/** RFC 8707 §2 and RFC 8693 §2.1 allow these more than once. */
function isForOne({ name }: { readonly name: string }): boolean {
  return name !== "resource" && name !== "audience";
}

/**
 * Notes what is there more than once where the first value counts: in the request log, and in the log
 * too where the values differ, because then something else was meant.
 */
export function noteRepetitions(
  request: FastifyRequest,
  { repeated }: Pick<Parameters, "repeated">,
): void {
  for (const { name, differs } of repeated.filter(isForOne).slice(0, MOST_NOTED)) {
    const diagnosis = noteRepeated(name, differs);
    if (differs) note(request, diagnosis);
    else request.exchange.trace.notes.push(diagnosis);
  }
}

/**
 * Forbids caching, as the real service does on each response that carries a code or token or an error
 * about one (fosite 0.40.2).
 */
export function noStore(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-store").header("pragma", "no-cache");
}

/** Says that it is what its type says. The real service is not known to: so it is for what is ours alone. */
export function noSniff(reply: FastifyReply): FastifyReply {
  return reply.header("x-content-type-options", "nosniff");
}

/**
 * Sends a browser on. A handler that ends with it returns nothing, and then the response goes out: the
 * reply itself, returned by an asynchronous handler, is waited for until it is sent, which costs more.
 */
export function redirect(reply: FastifyReply, location: string): void {
  noStore(reply).code(302).header("location", location);
}

/**
 * What a page may do: load our own stylesheet and scripts, and be in no frame. Where its forms lead is
 * left open, because they end with a redirect to the merchant.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "frame-ancestors 'none'",
];

export function sendPage(
  reply: FastifyReply,
  page: string,
  policy: readonly string[] = POLICY,
): FastifyReply {
  return noSniff(noStore(reply))
    .header("content-security-policy", policy.join("; "))
    .type("text/html; charset=utf-8")
    .send(page);
}

/** The connection closes after every response; before it, the caller has given up. */
export function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once("close", () => controller.abort());
  return controller.signal;
}

/** A problem of the control API (RFC 9457). */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, message: detail, errors, headers } = problem;
  return noSniff(reply)
    .code(status)
    .headers(headers)
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: "about:blank",
        title: STATUS_CODES[status] ?? "Error",
        status,
        detail,
        ...(errors.length > 0 && { errors }),
        ...(problem instanceof StoreProblem && { store: problem.store }),
      }),
    );
}

/**
 * A body in the parts in which it comes; undefined where it is empty. To put a whole sandbox together
 * takes long, and nothing else could go on meanwhile.
 *
 * @throws Problem 413 for a body over that many bytes, 400 for one that breaks off
 */
export async function readParts(
  payload: Readable,
  announced: string | undefined,
  limit: number,
): Promise<readonly Uint8Array[] | undefined> {
  if (Number(announced) > limit) throw tooLong(limit);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // A client that is still sending may not read the response yet; but there must be an end to it.
    for await (const part of payload) {
      length += part.length;
      if (length <= limit) parts.push(part);
      else parts.length = 0;
      if (length > 2 * limit) break;
    }
  } catch {
    throw new Problem(400, "The body broke off before its end.");
  }
  if (length > limit) throw tooLong(limit);
  return length > 0 ? parts : undefined;
}

function tooLong(limit: number): Problem {
  return new Problem(413, `The body is over ${limit} bytes; send less.`);
}

/** Sends an object as JSON, however long that is. */
export function sendLongJson(reply: FastifyReply, body: object): FastifyReply {
  reply.type("application/json; charset=utf-8");
  const pieces = jsonPieces(body);
  const { value: first = "" } = pieces.next();
  const { value: second } = pieces.next();
  if (second === undefined) return reply.send(first);
  return reply.send(Readable.from(written([first, second], pieces), { objectMode: false }));
}

/** The body of a long response: others have their turn while it is written. */
async function* written(begun: readonly string[], rest: Iterable<string>) {
  const turn = takeTurns();
  yield* begun;
  for (const piece of rest) {
    yield piece;
    await turn();
  }
}
