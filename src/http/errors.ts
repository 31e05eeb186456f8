import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../control/api/problem.ts";
import type { CibaError, CibaErrorCode } from "../oidc/ciba-errors.ts";
import { CibaRefusal, cibaError } from "../oidc/ciba-errors.ts";
import { encodeQuery, goJson } from "../oidc/encoding.ts";
import type { ErrorCode, OAuthError } from "../oidc/errors.ts";
import {
  BearerRefusal,
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
import { errorLocation } from "../oidc/redirect.ts";
import { PATHS } from "../request/addresses.ts";
import { maskPath } from "../request-log/mask.ts";
import { diagnoseHttp } from "../rules/protocol.ts";
import type { FailureMode } from "./fastify.ts";
import { pathOf } from "./read-request.ts";
import { noStore, sendProblem } from "./send-response.ts";
import { ClientGone } from "./waits.ts";

/** The header of every answer: nobody shall take the mock for the real service. Its value is the version. */
export const MOCK_HEADER = "x-vipps-login-mock";

/** A request so broken that no route can be asked how to tell it. */
export class BadRequest extends Error {
  readonly statusCode: number = 400;
  /** What exactly is wrong, for the log alone: the answer repeats nothing of what was sent. */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}

/** The URL names a sandbox that is not there. It is never made on touch: a typo would go unnoticed. */
export class NoSandbox extends Error {
  readonly statusCode = 404;

  constructor(id: string) {
    super(
      `No sandbox is called ${JSON.stringify(id)}: it was never made, was removed, or was idle for ` +
        "longer than its ttl. POST /mock/api/sandboxes makes one; GET lists those there are.",
    );
  }
}

/**
 * The one place where something that went wrong becomes an HTTP answer. A refusal says by its class
 * how it is told; for everything else the route has declared its way.
 */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof Refusal) {
      logRefusal(request, error);
      return sendRefusal(error, request, reply);
    }
    if (error instanceof Problem) return sendProblem(reply, error);
    if (error instanceof ClientGone) return reply.hijack();
    if (isRequestError(error)) return sendFrameworkError(error, request, reply);
    request.log.error({ err: error }, "unexpected error");
    return sendUnexpected(request, reply);
  });
}

/** The developer learns at once why; the merchant's application gets only the real service's words. */
function logRefusal(request: FastifyRequest, { diagnosis, isRemarkable }: Refusal): void {
  request.exchange.trace.refusal = diagnosis;
  const line = `refused ${request.method} ${shownPath(request)}: ${diagnosis.message}`;
  request.log[isRemarkable ? "warn" : "debug"]({ diagnosis }, line);
}

/** Secrets stand in queries, and by mistake in paths. */
function shownPath({ url }: FastifyRequest): string {
  return maskPath(pathOf(url));
}

function sendRefusal(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (refusal instanceof RedirectRefusal) {
    return noStore(reply).redirect(errorLocation(refusal.to, refusal.error), 302);
  }
  if (refusal instanceof PageRefusal) return redirectToErrorPage(refusal.error, request, reply);
  if (refusal instanceof JsonRefusal) return sendJsonError(refusal.error, reply);
  if (refusal instanceof CibaRefusal) return sendCibaError(refusal.error, reply);
  if (refusal instanceof BearerRefusal) return sendBearerError(request, reply);
  if (refusal instanceof PlatformRefusal) {
    return sendPlatformProblem(request, reply, refusal.status, refusal.message);
  }
  if (refusal instanceof UserinfoRefusal) {
    return sendUserinfoProblem(request, reply, refusal.status);
  }
  if (refusal instanceof KeysRefusal) return sendGatewayJson(401, refusal.message, reply);
  if (refusal instanceof GatewayRefusal) return sendGatewayError(502, reply);
  throw new Error("a class of refusal without an answer", { cause: refusal });
}

/** Before it is known where else to go, the real service redirects to its own page (dossier §2.3). */
function redirectToErrorPage(
  error: OAuthError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const query = encodeQuery([
    ["error", error.code],
    ["error_description", error.description],
  ]);
  const { front } = request.exchange.endpoints;
  return noStore(reply).redirect(`${front}${PATHS.error}?${query}`, 302);
}

function sendJsonError(error: OAuthError, reply: FastifyReply): FastifyReply {
  return noStore(reply)
    .code(OAUTH_ERRORS[error.code].http)
    .type("application/json;charset=UTF-8")
    .send(goJson({ error: error.code, error_description: error.description }));
}

/** Login from phone number is no program in Go: nothing but JSON itself is escaped. */
function sendCibaError(error: CibaError, reply: FastifyReply): FastifyReply {
  const { code, description, http, errorCode, retryAfter } = error;
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  const body = {
    error: code,
    ...(description !== "" && { error_description: description }),
    error_code: errorCode,
  };
  return noStore(reply)
    .code(http)
    .type("application/json;charset=UTF-8")
    .send(JSON.stringify(body));
}

/**
 * A 401 of userinfo. The new service's form is documented, its words are not (dossier §1.8); the old
 * path is Hydra's (§2.7).
 */
function sendBearerError(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (failureModeOf(request) === "hydra-bearer") {
    const error = oauthError("request_unauthorized");
    const challenge = `Bearer error="${error.code}",error_description="${error.description}"`;
    const body = goJson({ error: error.code, error_description: error.description });
    // Bytes, because Fastify would name the charset of a text, and Hydra does not.
    return reply
      .code(401)
      .header("www-authenticate", challenge)
      .type("application/json")
      .send(Buffer.from(`${body}\n`));
  }
  return sendUserinfoProblem(request, reply.header("www-authenticate", "Bearer"), 401);
}

/** What the mock says of its own failures. */
const MOCK_FAILED = "The mock failed; its log says how.";

/** What userinfo says with each status; the words are the mock's own. */
const USERINFO_DETAILS = {
  400: "The header Merchant-Serial-Number is missing.",
  401: "The access token is missing, expired or invalid.",
  403: "The access token gives no access to this sales unit.",
  404: "There is no such user at this sales unit.",
  500: MOCK_FAILED,
} as const;

/** The members of userinfo's errors: `status` is a string there. */
function sendUserinfoProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: keyof typeof USERINFO_DETAILS,
): FastifyReply {
  const body = {
    type: "about:blank",
    title: STATUS_CODES[status],
    status: String(status),
    detail: USERINFO_DETAILS[status],
    instance: request.exchange.sandbox.ids.uuid(),
    extraInfo: {},
  };
  return reply.code(status).type("application/json;charset=UTF-8").send(JSON.stringify(body));
}

/** The gateway's own errors where it speaks JSON (dossier §1.8). */
function sendGatewayJson(statusCode: number, message: string, reply: FastifyReply): FastifyReply {
  return reply
    .code(statusCode)
    .type("application/json")
    .send(Buffer.from(JSON.stringify({ statusCode, message })));
}

/** RFC 7807, as far as the platform's own form is not known. */
function sendPlatformProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  detail: string,
): FastifyReply {
  const body = {
    type: "about:blank",
    title: STATUS_CODES[status],
    status,
    detail,
    instance: request.exchange.sandbox.ids.uuid(),
  };
  if (status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(status).type("application/problem+json").send(JSON.stringify(body));
}

/** The page of a gateway in front of a service that it got no answer from, or does not ask. */
function sendGatewayError(status: number, reply: FastifyReply): FastifyReply {
  const title = `${status} ${STATUS_CODES[status] ?? "Error"}`;
  return reply
    .code(status)
    .type("text/html")
    .send(
      `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1>` +
        "</center>\r\n<hr><center>vipps-login-mock</center>\r\n</body>\r\n</html>\r\n",
    );
}

/** What the route declared; requests that found no route are told plainly. */
function failureModeOf(request: FastifyRequest): FailureMode {
  return request.routeOptions.config?.failure ?? "plain";
}

/** Whether it is the request's fault: those errors, and only they, come with a status below 500. */
function isRequestError(error: unknown): error is Error & { readonly statusCode: number } {
  return error instanceof Error && "statusCode" in error && Number(error.statusCode) < 500;
}

/** A request that Fastify itself could not take: too large, of the wrong type, broken. */
function sendFrameworkError(
  error: Error & { readonly statusCode: number },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { statusCode: status, message } = error;
  const detail = (error instanceof BadRequest ? error.detail : undefined) ?? message;
  const diagnosis = diagnoseHttp(status, detail);
  // Without an exchange it is not even known which sandbox was meant.
  if (request.exchange) request.exchange.trace.refusal = diagnosis;
  request.log.warn({ diagnosis }, `refused ${request.method} ${shownPath(request)}: ${detail}`);
  if (failureModeOf(request) === "problem") {
    return sendProblem(reply, new Problem(status, message));
  }
  return reply.code(status).type("text/plain; charset=utf-8").send(`${status} ${message}\n`);
}

/**
 * Told before there is a route: the path cannot be read, or a part of it is too long for a route.
 */
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
  reply
    .code(status)
    .header(MOCK_HEADER, version)
    .type("text/plain; charset=utf-8")
    .send(`${status} ${message}\n`);
}

/** What Node's parser stumbles over before there is a request, with the answer to each. */
const BROKEN_REQUESTS: ReadonlyMap<string | undefined, string> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
]);

/** Answers what is no HTTP request, and ends its connection. */
export function refuseBrokenRequest(
  error: Error & { readonly code?: string | undefined },
  socket: Socket,
  log: FastifyBaseLogger,
  version: string,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const status = BROKEN_REQUESTS.get(error.code) ?? "400 Bad Request";
  log.warn(`refused what is no HTTP request: ${status} (${error.code})`);
  if (socket.writable) {
    const body = `${status}\n`;
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `${MOCK_HEADER}: ${version}\r\nContent-Length: ${body.length}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}

/** The errors of fosite that a route which answers in JSON can have with each status. */
const JSON_ERRORS: ReadonlyMap<number, ErrorCode> = new Map([
  [400, "invalid_request"],
  [401, "invalid_client"],
  [403, "access_denied"],
]);

/** What the platform itself refuses with; another status is the gateway's. */
const PLATFORM_STATUSES: ReadonlySet<number> = new Set([400, 401, 404, 409]);

/** The errors of login from phone number with each status; for others it answers as the token endpoint. */
const CIBA_STATUSES: ReadonlyMap<number, CibaErrorCode> = new Map([
  [400, "invalid_request"],
  [429, "too_many_requests"],
]);

/**
 * Answers as the endpoint itself does when it fails with this status. A status that it never has is
 * the gateway's in front of it, as 429 and 503.
 */
export function sendFailure(
  status: number,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const mode = failureModeOf(request);
  // A page is told of by a redirect to another one, which has a status of its own.
  if (mode === "page") return sendGatewayError(status, reply);
  if (status === 500) return sendUnexpected(request, reply);
  if (mode === "platform" && PLATFORM_STATUSES.has(status)) {
    return sendPlatformProblem(request, reply, status, "The request failed.");
  }
  const cibaCode = mode === "ciba" ? CIBA_STATUSES.get(status) : undefined;
  if (cibaCode) return sendCibaError(cibaError(cibaCode), reply);
  const writesJson = mode === "json" || mode === "ciba";
  const code = writesJson ? JSON_ERRORS.get(status) : undefined;
  if (code) return sendJsonError(oauthError(code), reply);
  if (mode === "gateway" && status === 401) return sendGatewayJson(401, "Unauthorized", reply);
  if (!writesJson && status === 401) return sendBearerError(request, reply);
  return sendGatewayError(status, reply);
}

/** Something of ours broke. Nothing of it leaks into the answer. */
function sendUnexpected(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Without its exchange nothing is known that a redirect or userinfo's document is made of.
  const prepared = (request as Partial<FastifyRequest>).exchange !== undefined;
  switch (prepared ? failureModeOf(request) : "plain") {
    case "page":
      return redirectToErrorPage(oauthError("server_error"), request, reply);
    case "json":
    case "ciba":
    case "hydra-bearer":
      return sendJsonError(oauthError("server_error"), reply);
    case "bearer":
      return sendUserinfoProblem(request, reply, 500);
    case "platform":
      return sendPlatformProblem(request, reply, 500, MOCK_FAILED);
    case "gateway":
      return sendGatewayJson(500, "Internal server error", reply);
    case "problem":
      return sendProblem(reply, new Problem(500, MOCK_FAILED));
    case "plain":
      return reply.code(500).type("text/plain; charset=utf-8").send(`500 ${MOCK_FAILED}\n`);
  }
}
