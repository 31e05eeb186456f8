import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { headerOf, noSniff, noStore, pathOf, queryOf, sendProblem } from "../http/messages.ts";
import { jsonPieces } from "../platform/json.ts";
import { takeTurns } from "../platform/timers.ts";
import { PATHS } from "../request/addresses.ts";
import { MAX_STATE_BYTES } from "../store/collections.ts";
import type { ControlContext } from "./api/operation.ts";
import { Problem } from "./api/problem.ts";
import type { ControlResponse } from "./dispatch.ts";

/** How far the control API is opened. */
export interface ControlAccess {
  /** With a token, everybody needs it and nothing else counts. */
  readonly token?: string | undefined;
  /** Anyone may call, as in a closed CI network. */
  readonly open: boolean;
}

/** What the control API works on and with. */
interface ControlDeps extends ControlContext {
  readonly control: ControlAccess;
}

/**
 * The control API's place in the server. What it can do is a table of operations in dispatch.ts. It
 * needs a validation library that takes longer to load than the whole server, so it comes with the
 * first request. Here is what comes before: who may call, the bytes of the body, and the health
 * check, which must stay cheap.
 */
export function controlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  app.register(
    async (scope) => {
      acceptAnything(scope);
      handleProblems(scope);
      scope.addHook("onRequest", async (request, reply) => {
        noSniff(noStore(reply));
        if (PUBLIC.includes(pathOf(request.url))) return;
        checkAccess(deps.control, callerOf(request, deps));
      });
      const handle = async (request: FastifyRequest, reply: FastifyReply) => {
        if (asGet(request) === "GET" && request.url === HEALTH) {
          return { status: "ok", version: deps.version };
        }
        return send(reply, await dispatched(request, reply, deps));
      };
      // A whole sandbox is larger than anything that a merchant sends.
      for (const [method, url] of WHOLE_SANDBOXES) {
        scope.route({
          method,
          url,
          bodyLimit: MAX_STATE_BYTES,
          config: { failure: "problem" },
          handler: handle,
        });
      }
      scope.route({
        method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        url: "*",
        exposeHeadRoute: true,
        config: { failure: "problem" },
        handler: handle,
      });
      // Methods that no operation has are told what there is instead.
      scope.setNotFoundHandler(handle);
    },
    { prefix: PATHS.control },
  );
}

/** The operations that take all that is in a sandbox at once. */
const WHOLE_SANDBOXES = [
  ["PUT", "/state"],
  ["POST", "/sandboxes"],
] as const;

const HEALTH = `${PATHS.control}/health`;

/**
 * What needs no token: whoever watches over containers has none, nor has a doctor in another one, and both
 * learn nothing that headers and the discovery document do not say.
 */
const PUBLIC: readonly string[] = [HEALTH, `${PATHS.control}/addresses`];

/** HEAD is answered as GET is, and the framework leaves the body out. */
function asGet({ method }: FastifyRequest): string {
  return method === "HEAD" ? "GET" : method;
}

/** The bytes as they came: whether they are JSON, and should be, depends on the operation. */
function acceptAnything(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", async (request: FastifyRequest, payload: Readable) => {
    const limit = request.routeOptions.bodyLimit ?? 0;
    if (Number(request.headers["content-length"]) > limit) throw tooLong(limit);
    return readParts(payload, limit);
  });
}

function tooLong(limit: number): Problem {
  return new Problem(413, `The body is over ${limit} bytes; send less.`);
}

/**
 * A body in the parts in which it comes; undefined where it is empty. To put a whole sandbox together
 * takes long, and nothing else could go on meanwhile.
 *
 * @throws Problem 413 for a body over that many bytes, 400 for one that breaks off
 */
async function readParts(payload: Readable, limit: number) {
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

/** Refusals go to the log too; what is not foreseen is left to the server's own handler. */
function handleProblems(scope: FastifyInstance): void {
  scope.setErrorHandler((problem: Error, request, reply) => {
    if (!(problem instanceof Problem)) throw problem;
    request.log.warn(`refused ${request.method} ${pathOf(request.url)}: ${problem.message}`);
    return sendProblem(reply, problem);
  });
}

async function dispatched(
  request: FastifyRequest,
  reply: FastifyReply,
  { control: _, ...context }: ControlDeps,
) {
  const hangUp = hangUpOf(reply);
  const { dispatch } = await import("./dispatch.ts");
  return dispatch({
    method: asGet(request),
    path: pathOf(request.url).slice(PATHS.control.length),
    query: queryOf(request.url),
    contentType: request.headers["content-type"],
    body: request.body as readonly Uint8Array[] | undefined,
    exchange: request.exchange,
    ...context,
    hangUp,
  });
}

/** The connection closes after every response; before it, the caller has given up. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once("close", () => controller.abort());
  return controller.signal;
}

function send(reply: FastifyReply, { status, location, body }: ControlResponse): FastifyReply {
  reply.code(status);
  if (location !== undefined) reply.header("location", location);
  if (body === undefined) return reply.send();
  if (typeof body === "string") return reply.type("text/plain; charset=utf-8").send(body);
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

/** What is known of a caller. */
export interface Caller {
  /** The address at the other end of the socket. */
  readonly address: string | undefined;
  /** For whom a proxy asks: the X-Forwarded-For and X-Real-IP headers. */
  readonly forwardedFor: string | undefined;
  /** Whether another header (Forwarded, Via) tells that a proxy stands in between. */
  readonly viaProxy: boolean;
  /**
   * By what names the caller reached the server: the Host header, and what a trusted proxy says that
   * it was called.
   */
  readonly hosts: readonly (string | undefined)[];
  /** The name that the operator gave the server: that of the public URL. */
  readonly publicHost: string | undefined;
  /** Further names that the operator gave it: those in its certificate. */
  readonly tlsHosts: readonly string[];
  /** The Origin header; browsers send it with every request of a script that could change things. */
  readonly origin: string | undefined;
  /** The method, and the Sec-Fetch-Site header, which no script can set or leave out. */
  readonly method: string;
  readonly site: string | undefined;
  readonly authorization: string | undefined;
}

function callerOf(request: FastifyRequest, { pinned, tlsHosts = [] }: ControlDeps): Caller {
  const { publicUrl } = pinned;
  const { host, origin, authorization, forwarded, via } = request.headers;
  const { back } = request.exchange.endpoints;
  const { "x-forwarded-for": forwardedFor, "x-real-ip": realIp } = request.headers;
  return {
    address: request.socket.remoteAddress,
    forwardedFor: [forwardedFor ?? [], realIp ?? []].flat().join(",") || undefined,
    viaProxy: forwarded !== undefined || via !== undefined,
    // Behind a trusted proxy the name that the caller used is in another header.
    hosts: [host, new URL(back).host],
    publicHost: publicUrl === undefined ? undefined : new URL(publicUrl).host,
    tlsHosts,
    origin,
    method: request.method,
    site: headerOf(request.headers, "sec-fetch-site"),
    authorization,
  };
}

/**
 * Who may use the control API: it hands out secrets and changes everything, so by itself it answers
 * only programs on its own machine. A browser on that machine is such a program too, and it runs
 * the scripts of every page its user opens; they are kept out separately.
 *
 * @throws Problem 401 or 403, which says how to get in
 */
export function checkAccess(access: ControlAccess, caller: Caller): void {
  refuseForeignPages(caller);
  if (access.token !== undefined) {
    checkToken(access.token, caller.authorization);
  } else if (!access.open) {
    refuseOtherMachines(caller);
    refuseRebinding(caller);
  }
}

/** What changes nothing, and whose response a page of another origin cannot read. */
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** A page of another origin may send simple requests without asking; its Origin gives it away. */
function refuseForeignPages({ origin, hosts, publicHost, method, site }: Caller): void {
  if (origin === undefined) {
    if (SAFE_METHODS.includes(method) || site === undefined || OWN_SITES.includes(site)) return;
    throw new Problem(
      403,
      `A web page of another site called the control API (Sec-Fetch-Site: ${JSON.stringify(site)}); only ` +
        "pages of this server may. Call it from a program instead of a browser.",
    );
  }
  const from = URL.canParse(origin) ? new URL(origin).host : undefined;
  const own = [...hosts, publicHost].map((name) => hostOf(name)?.host);
  if (from !== undefined && own.includes(from)) return;
  throw new Problem(
    403,
    `A web page of ${JSON.stringify(origin)} called the control API; only pages of this server may. ` +
      "Call it from a program instead of a browser.",
  );
}

/** A page of this server, or somebody who typed the address. */
const OWN_SITES = ["same-origin", "none"];

function checkToken(token: string, authorization: string | undefined): void {
  const given = /^Bearer +(.+)$/i.exec(authorization ?? "")?.[1];
  // Digests have one length, so the comparison takes as long for every wrong token.
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  const what =
    given === undefined ? "The control API needs a token" : "The control API has another token";
  throw new Problem(
    401,
    `${what}: send "Authorization: Bearer <token>" with the token that the mock was started with (--control-token).`,
    [],
    { "www-authenticate": "Bearer" },
  );
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The caller and everybody for whom it forwards must be on this machine. These headers may lie, but
 * here they can only take access away: the socket's own address always counts too.
 */
function refuseOtherMachines({ address, forwardedFor, viaProxy }: Caller): void {
  if (viaProxy) {
    throw new Problem(
      403,
      "The control API was called through a proxy (it has a Forwarded or Via header), and anyone can be " +
        "behind that. Call it directly as localhost, or start the mock with --control-token.",
    );
  }
  const forwarded = forwardedFor?.split(",").map((part) => part.trim()) ?? [];
  const stranger = [address ?? "unknown", ...forwarded].find((each) => !isLoopback(each));
  if (stranger === undefined) return;
  throw new Problem(
    403,
    `The control API answers callers on loopback addresses only, and ${JSON.stringify(stranger)} is ` +
      "none. Call it as localhost, or start the mock with --control-token to let in whoever has the " +
      "token, or with --control-open to let in anyone.",
  );
}

/**
 * DNS rebinding: a page's own host name can be made to point to 127.0.0.1, and its scripts then call
 * this server under that name, same origin and all. A name that nobody else controls is fine: an
 * address, localhost, the host of the public URL, or one that the certificate is for. A proxy that is
 * trusted may be called so too.
 */
function refuseRebinding({ hosts, publicHost, tlsHosts }: Caller): void {
  const named = [hostOf(publicHost)?.hostname, ...tlsHosts];
  const doubtful = hosts.filter((host) => !isOursAlone(host, named));
  if (doubtful.length === 0) return;
  throw new Problem(
    403,
    `The control API was called under the name ${JSON.stringify(doubtful[0] ?? "")}, which could be a web ` +
      "page's trick. Call it as localhost, 127.0.0.1 or a host of --public-url or --tls-hosts, or start " +
      "the mock with --control-token.",
  );
}

function isOursAlone(host: string | undefined, named: readonly (string | undefined)[]): boolean {
  const name = hostOf(host)?.hostname;
  if (name === undefined) return false;
  const isAddress = isIP(name.replace(/^\[|\]$/g, "")) !== 0;
  return isAddress || /(^|\.)localhost$/.test(name) || named.includes(name);
}

function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) !== 0 && /^(::ffff:)?127\.[\d.]+$/i.test(address));
}

function hostOf(host: string | undefined): URL | undefined {
  const url = `http://${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url) : undefined;
}
