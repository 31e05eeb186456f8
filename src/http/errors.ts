import { STATUS_CODES } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem, StoreProblem } from "../control/api/problem.ts";
import type { CibaError } from "../oidc/ciba-errors.ts";
import { CibaRefusal, cibaError, PendingRefusal } from "../oidc/ciba-errors.ts";
import { encodeQuery, goJson } from "../oidc/encoding.ts";
import type { DirectoryError, ExtraDetail, OAuthError } from "../oidc/errors.ts";
import {
  BearerRefusal,
  DirectoryRefusal,
  GatewayRefusal,
  JsonRefusal,
  KeysRefusal,
  OAUTH_ERRORS,
  oauthError,
  PageRefusal,
  PlatformRefusal,
  RedirectRefusal,
  Refusal,
  UserinfoRefusal,
} from "../oidc/errors.ts";
import { USERINFO_DETAILS } from "../oidc/hints.ts";
import { errorLocation, errorResponse } from "../oidc/redirect.ts";
import { toIso } from "../platform/calendar.ts";
import { PATHS } from "../request/addresses.ts";
import { maskPath } from "../request-log/mask.ts";
import { diagnoseHttp } from "../rules/protocol.ts";
import type { StoreKind } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store.ts";
import type { FailureMode } from "./fastify.ts";
import { logRefused, noStore, note, pathOf, sendProblem } from "./messages.ts";
import { NoSandbox } from "./no-sandbox.ts";
import { isForPeople, sendRefusalPage } from "./refusal-page.ts";
import { ClientGone } from "./waits.ts";

/**
 * The one place where something that went wrong becomes a response: a refusal by its class, everything
 * else by the failure mode that its route has declared.
 */

/** The header of every response: nobody shall take the mock for the real service. Its value is the version. */
export const MOCK_HEADER = "x-vipps-login-mock";

/** What is sent when the mock itself fails. */
const MOCK_FAILED = "The mock failed; its log says how.";

/** Writes an error into a response. */
type Write = (reply: FastifyReply) => FastifyReply;

/**
 * How routes fail in each mode, by status; any other status comes from the gateway in front of the
 * endpoint, as 503 does. With 500 the mock itself failed, and nothing of that leaks into the response.
 */
const FAILURES: Readonly<Record<FailureMode, { readonly [status: number]: Write; 500: Write }>> = {
  page: { 500: errorPage(oauthError("server_error")) },
  json: {
    400: oauthJson(oauthError("invalid_request")),
    401: oauthJson(oauthError("invalid_client")),
    403: oauthJson(oauthError("access_denied")),
    500: oauthJson(oauthError("server_error")),
  },
  ciba: {
    400: cibaJson(cibaError("invalid_request")),
    401: oauthJson(oauthError("invalid_client")),
    403: oauthJson(oauthError("access_denied")),
    429: cibaJson(cibaError("too_many_requests")),
    500: oauthJson(oauthError("server_error")),
  },
  bearer: { 401: userinfoProblem(401), 500: userinfoProblem(500) },
  "hydra-bearer": { 401: hydraChallenge, 500: oauthJson(oauthError("server_error")) },
  platform: {
    400: platformProblem(400, "The request failed."),
    401: platformProblem(401, "The request failed."),
    404: platformProblem(404, "The request failed."),
    500: platformProblem(500, MOCK_FAILED),
  },
  gateway: {
    401: gatewayJson(401, "Unauthorized"),
    500: gatewayJson(500, "Internal server error"),
  },
  problem: { 500: (reply) => sendProblem(reply, new Problem(500, MOCK_FAILED)) },
  plain: { 500: plainText(500, MOCK_FAILED) },
};

function writeRefusal(refusal: Refusal, reply: FastifyReply): FastifyReply | Promise<FastifyReply> {
  if (refusal instanceof RedirectRefusal) {
    const { to, error } = refusal;
    return to.responseMode === "form_post"
      ? reply.sendFormPost(to, errorResponse(to, error))
      : noStore(reply).redirect(errorLocation(to, error), 302);
  }
  if (refusal instanceof PageRefusal) return errorPage(refusal.error)(reply);
  if (refusal instanceof JsonRefusal) return oauthJson(refusal.error)(reply);
  if (refusal instanceof CibaRefusal) return cibaJson(refusal.error)(reply);
  if (refusal instanceof BearerRefusal) return sendFailure(401, reply);
  if (refusal instanceof UserinfoRefusal) return userinfoProblem(refusal.status)(reply);
  if (refusal instanceof PlatformRefusal) {
    return platformProblem(refusal.status, refusal.message, refusal.extraDetails)(reply);
  }
  if (refusal instanceof KeysRefusal) return gatewayJson(401, refusal.message)(reply);
  if (refusal instanceof DirectoryRefusal) return directoryJson(refusal.error)(reply);
  if (refusal instanceof GatewayRefusal) return gatewayPage(502)(reply);
  throw new Error("a class of refusal that has no response", { cause: refusal });
}

/** Fails as the endpoint itself does with this status, else as the gateway in front of it. */
export function sendFailure(status: number, reply: FastifyReply): FastifyReply {
  const mode = failureModeOf(reply);
  // A page fails by a redirect to the error page, which is no response with this status.
  const write = mode === "page" ? undefined : FAILURES[mode][status];
  return (write ?? gatewayPage(status))(reply);
}

/** What the route declared; plain text for requests that found no route. */
function failureModeOf({ request }: FastifyReply): FailureMode {
  return request.routeOptions.config?.failure ?? "plain";
}

export function handleErrors(app: FastifyInstance, storeKind: StoreKind): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof Refusal) {
      logRefusal(request, error);
      return writeRefusal(error, reply);
    }
    if (error instanceof Problem) return sendProblemOrPage(error, request, reply);
    if (error instanceof ClientGone) return reply.hijack();
    if (error instanceof StoreUnavailableError) {
      return sendUnavailable({ kind: storeKind, reason: error.message }, request, reply);
    }
    if (isRequestError(error)) return sendRequestError(error, request, reply);
    request.log.error({ err: error }, "unexpected error");
    // Without its exchange, what a redirect or userinfo's document is made of is not known.
    if (isForPeople(request)) {
      return sendRefusalPage({ status: 500, message: MOCK_FAILED }, request, reply);
    }
    const hasExchange = (request as Partial<FastifyRequest>).exchange !== undefined;
    return FAILURES[hasExchange ? failureModeOf(reply) : "plain"][500](reply);
  });
}

/** A problem of the control API, whose operations the pages call as well. */
function sendProblemOrPage(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  return isForPeople(request)
    ? sendRefusalPage(problem, request, reply)
    : sendProblem(reply, problem);
}

/** The developer learns at once why; the merchant's application gets only the real service's words. */
function logRefusal(request: FastifyRequest, refusal: Refusal): void {
  const { diagnosis } = refusal;
  // Of the "not yet" that is part of every polling only one that comes too early is worth a look.
  if (refusal instanceof PendingRefusal) {
    note(request, diagnosis, refusal.error.code === "slow_down" ? "warn" : "debug");
    return;
  }
  request.exchange.trace.refusal = diagnosis;
  const line = `refused ${request.method} ${shownPath(request)}: ${diagnosis.message}`;
  logRefused(request, diagnosis, line);
}

/** Whoever runs the mock has to look after its store, so the response says so, whoever has asked. */
function sendUnavailable(
  { kind, reason }: { readonly kind: StoreKind; readonly reason: string },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  const message = `The mock's store is not available: ${reason}`;
  request.log.error(`${request.method} ${shownPath(request)} failed: ${message}`);
  noStore(reply).header("retry-after", 1);
  if (isForPeople(request)) return sendRefusalPage({ status: 503, message }, request, reply);
  return failureModeOf(reply) === "problem"
    ? sendProblem(reply, new StoreProblem(message, { kind, status: "unavailable", reason }))
    : plainText(503, message)(reply);
}

/** Without the query, which can have secrets, and with those masked that are in the path by mistake. */
function shownPath({ url }: FastifyRequest): string {
  return maskPath(pathOf(url));
}

/** A request so broken that it reaches no route. */
export class BadRequest extends Error {
  readonly statusCode: number = 400;
  /** What exactly is wrong, for the log alone: the response repeats nothing of what was sent. */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}

/** An error of ours or of Fastify's for which the request is to blame: only those are below 500. */
type RequestError = Error & { readonly statusCode: number };

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && "statusCode" in error && Number(error.statusCode) < 500;
}

/** A request that was not taken: too large, of the wrong type, broken, for no sandbox. */
function sendRequestError(
  error: RequestError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  const { statusCode: status, message } = error;
  const isLost = error instanceof NoSandbox;
  const detail = (error instanceof BadRequest ? error.detail : undefined) ?? message;
  const diagnosis = isLost ? error.diagnosis : diagnoseHttp(status, detail);
  // Without an exchange it is not even known which sandbox was meant.
  if (request.exchange) request.exchange.trace.refusal = diagnosis;
  // The routes know nothing of the prefix of a sandbox; here it is what is wrong.
  const path = maskPath(pathOf(isLost ? request.originalUrl : request.url));
  logRefused(request, diagnosis, `refused ${request.method} ${path}: ${diagnosis.message}`);
  if (isForPeople(request)) {
    return sendRefusalPage(isLost ? error : { status, message }, request, reply);
  }
  return failureModeOf(reply) === "problem"
    ? sendProblem(reply, new Problem(status, message))
    : plainText(status, message)(reply);
}

/** A request whose path cannot be read, or has a part that is too long for any route. */
export function refuseUnroutable(
  error: { readonly statusCode?: number | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
  version: string,
): void {
  const status = error.statusCode ?? 400;
  const message =
    status === 400 ? "The path is not percent-encoded UTF-8" : "A part of the path is too long";
  request.log.warn(`refused ${request.method} ${pathOf(request.url)}: ${message}`);
  reply.header(MOCK_HEADER, version);
  if (isForPeople(request)) void sendRefusalPage({ status, message }, request, reply);
  else plainText(status, message)(reply);
}

/** Before it is known where else to go, the real service redirects to its own page (Hydra 1.10.6). */
function errorPage({ code, description }: OAuthError): Write {
  const query = encodeQuery([
    ["error", code],
    ["error_description", description],
  ]);
  return (reply) =>
    noStore(reply).redirect(
      `${reply.request.exchange.endpoints.front}${PATHS.error}?${query}`,
      302,
    );
}

function oauthJson({ code, description }: OAuthError): Write {
  const body = goJson({ error: code, error_description: description });
  return (reply) =>
    noStore(reply).code(OAUTH_ERRORS[code].http).type("application/json;charset=UTF-8").send(body);
}

/** Login from phone number is no program in Go: nothing but JSON itself is escaped. */
function cibaJson({ code, description, http, errorCode, retryAfter }: CibaError): Write {
  const body = {
    error: code,
    ...(description !== "" && { error_description: description }),
    error_code: errorCode,
  };
  return (reply) => {
    if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
    return noStore(reply)
      .code(http)
      .type("application/json;charset=UTF-8")
      .send(JSON.stringify(body));
  };
}

/** The 401 of the old userinfo path, as Hydra 1.10.6 writes it. */
function hydraChallenge(reply: FastifyReply): FastifyReply {
  const { code, description } = oauthError("request_unauthorized");
  // Bytes, because Fastify would name the charset of a text, and Hydra does not.
  return reply
    .code(401)
    .header("www-authenticate", `Bearer error="${code}",error_description="${description}"`)
    .type("application/json")
    .send(Buffer.from(`${goJson({ error: code, error_description: description })}\n`));
}

/** An error of userinfo, whose form is documented, not its words; `status` is a string (OpenAPI 2025). */
function userinfoProblem(status: keyof typeof USERINFO_DETAILS | 500): Write {
  return (reply) => {
    if (status === 401) reply.header("www-authenticate", "Bearer");
    const body = {
      type: "about:blank",
      title: STATUS_CODES[status],
      status: String(status),
      detail: status === 500 ? MOCK_FAILED : USERINFO_DETAILS[status],
      instance: reply.request.exchange.sandbox.ids.uuid(),
      extraInfo: {},
    };
    return reply.code(status).type("application/json;charset=UTF-8").send(JSON.stringify(body));
  };
}

/**
 * An error of the Webhooks API, in the form of its OpenAPI file: `type` repeats the trace id, and
 * `instance` is the path as the service behind the gateway sees it.
 */
function platformProblem(
  status: number,
  detail: string,
  extraDetails: readonly ExtraDetail[] = [],
): Write {
  return (reply) => {
    if (status === 401) reply.header("www-authenticate", "Bearer");
    const { ids } = reply.request.exchange.sandbox;
    const traceId = `00-${ids.challenge()}-${ids.challenge().slice(16)}-00`;
    const body = {
      type: traceId,
      title: STATUS_CODES[status],
      status,
      detail,
      instance: pathOf(reply.request.url).replace(/^\/webhooks(?=\/)/, ""),
      traceId,
      ...(extraDetails.length > 0 && { extraDetails }),
    };
    return reply.code(status).type("application/problem+json").send(JSON.stringify(body));
  };
}

/** The gateway's own errors where it speaks JSON (vipps-developers issue 80). */
function gatewayJson(statusCode: number, message: string): Write {
  const body = JSON.stringify({ statusCode, message });
  return (reply) => reply.code(statusCode).type("application/json").send(Buffer.from(body));
}

/** The gateway hands on what the directory behind it says: each error has ids and a time of its own. */
function directoryJson({ http, error, code, description }: DirectoryError): Write {
  return (reply) => {
    const { sandbox, now } = reply.request.exchange;
    const [traceId, correlationId] = [sandbox.ids.uuid(), sandbox.ids.uuid()];
    const timestamp = toIso(now).replace("T", " ");
    const trace = `Trace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`;
    const body = {
      error,
      error_description: `${description}\r\n${trace}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.windows.net/error?code=${code}`,
    };
    return noStore(reply)
      .code(http)
      .type("application/json; charset=utf-8")
      .send(JSON.stringify(body));
  };
}

/** The page of a gateway that does not reach the service behind it, or does not ask it. */
function gatewayPage(status: number): Write {
  const title = `${status} ${STATUS_CODES[status] ?? "Error"}`;
  const page =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1>` +
    "</center>\r\n<hr><center>vipps-login-mock</center>\r\n</body>\r\n</html>\r\n";
  return (reply) => reply.code(status).type("text/html").send(page);
}

function plainText(status: number, message: string): Write {
  return (reply) =>
    reply.code(status).type("text/plain; charset=utf-8").send(`${status} ${message}\n`);
}
