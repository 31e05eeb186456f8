import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ControlAccess } from "../control/access.ts";
import type { ControlContext } from "../control/api/operation.ts";
import { Problem } from "../control/api/problem.ts";
import type { Access } from "../http/access.ts";
import { readOwnCookie, setOwnCookie, setPageCookie } from "../http/cookies.ts";
import type { OwnCalls } from "../http/local-fetch.ts";
import {
  hangUpOf,
  noSniff,
  noStore,
  pathOf,
  queryOf,
  sendLongJson,
  sendPage,
} from "../http/messages.ts";
import { sendRefusalPage, wantsHtml } from "../http/refusal-page.ts";
import { acceptUploads } from "../http/uploads.ts";
import { toIso } from "../platform/calendar.ts";
import { DEFAULT_SANDBOX, SANDBOX_ID } from "../records/sandbox.ts";
import { OURS } from "../request/addresses.ts";
import { addressesOf, addressLines } from "../request/facts.ts";
import { Changes } from "../sandbox/changes.ts";
import { enterRoutes } from "./enter-routes.ts";
import { flashCookie, packed, unpacked } from "./flash.ts";
import type { PageCookie, Reach, Upload } from "./page.ts";
import type { FoundPage } from "./pages.ts";
import { PAGE_PATHS, pageAt, UPLOAD_PATH } from "./pages.ts";
import { placeAt, rootFrom } from "./place.ts";
import { DASHBOARD_POLICY } from "./policy.ts";
import { ChangeStreams } from "./streams.ts";

/**
 * The dashboard: the mock's own pages, for people. Whoever may use the control API may use them. All but
 * their addresses is loaded with the first visit.
 */

const SCRIPTS = ["live", "idiomorph"] as const;

/** How long what an action did may wait for its page, in seconds. */
const FLASH_AGE = 60;

/** How long a browser keeps what it does for a page, in seconds: longer than any login takes. */
const PAGE_COOKIE_AGE = 30 * 60;

/** So many bytes a file may have that a page takes: it is held in memory as a whole. */
const LARGEST_UPLOAD = 16 * 1024 * 1024;

const TOO_LARGE =
  "The file is over 16 MiB, which is more than this page takes; nothing was changed. The control API takes it: " +
  'curl -X PUT -H "Content-Type: application/json" --data-binary @state.json with the address of state.';

interface DashboardDeps extends ControlContext {
  readonly control: ControlAccess;
  readonly access: Access;
  readonly ownCalls: Pick<OwnCalls, "fetchFor">;
}

export function dashboardRoutes(app: FastifyInstance, deps: DashboardDeps): void {
  const { control, access, ownCalls, ...context } = deps;
  const changes = new Changes(deps.sandboxes);
  const streams = new ChangeStreams(changes);
  app.addHook("preClose", async () => streams.endAll());

  async function visit(request: FastifyRequest, reply: FastifyReply, { load, params }: FoundPage) {
    try {
      access.checkVisit(request);
    } catch (error) {
      if (error instanceof Problem) return sendClosed(request, reply, error);
      throw error;
    }
    // The folder of what has a name of its own is the list of it.
    if (Object.values(params).includes("")) {
      const [list = ""] = pathOf(request.url).split("/").slice(-2);
      return noStore(reply).redirect(`../${list}`, 303);
    }
    const { servePage } = await import("./serve.ts");
    const { id } = request.exchange.sandbox;
    // A page that follows what happens asks for itself again: what an action did is for the page behind it.
    const isFollowing = request.headers["x-live"] !== undefined;
    const done = isFollowing ? null : unpacked(readOwnCookie(request, flashCookie(id)));
    const response = await servePage({
      method: request.method,
      page: await load(),
      context,
      changes,
      exchange: request.exchange,
      fetch: ownCalls.fetchFor(app, request, deps.trustProxy),
      headers: request.headers,
      params,
      query: new URLSearchParams(queryOf(request.url)),
      form: new URLSearchParams(typeof request.body === "string" ? request.body : ""),
      upload: isUpload(request.body) ? request.body : null,
      root: rootFrom(pathOf(request.url)),
      path: placeAt(request.url),
      hangUp: hangUpOf(reply),
      reach: reachOf(app, deps),
      needsToken: control.token !== undefined,
      done,
    });
    if ("location" in response) {
      keepForPages(request, reply, response.cookies);
      if (response.done) {
        const [name, value] = [flashCookie(response.sandbox ?? id), packed(response.done)];
        setOwnCookie(request, reply, { name, value, maxAge: FLASH_AGE });
      }
      return noStore(reply).redirect(response.location, 303);
    }
    if (done) setOwnCookie(request, reply, { name: flashCookie(id), value: "", maxAge: 0 });
    return sendPage(reply.code(response.status), response.html, DASHBOARD_POLICY);
  }

  enterRoutes(app, control.door, access);
  const overview = { load: async () => (await import("./overview.ts")).overviewPage, params: {} };
  const front: Handler = (request, reply) => visit(request, reply, overview);
  frontPage(app, deps.version, front);
  app.post(OURS, { config: { failure: "plain" } }, front);
  app.register(async (scope) => pages(scope, visit));
  stateFile(app, context, access);
  sandboxSwitch(app);
  scripts(app);
  changeStreams(app, streams, access);
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** All pages but the overview. */
function pages(
  scope: FastifyInstance,
  visit: (...visit: [...Parameters<Handler>, page: FoundPage]) => Promise<FastifyReply>,
): void {
  acceptUploads(scope, UPLOAD_PATH, { limit: LARGEST_UPLOAD, tooLarge: TOO_LARGE });
  // Before a body is read, which may be of a type that nothing here takes.
  scope.addHook("onRequest", async (request, reply) => {
    if (!pageAt(pathOf(request.url))) return reply.callNotFound();
  });
  scope.route({
    method: ["GET", "POST"],
    url: `${OURS}/*`,
    exposeHeadRoute: true,
    config: { failure: "plain", paths: PAGE_PATHS },
    async handler(request, reply) {
      const page = pageAt(pathOf(request.url));
      return page ? visit(request, reply, page) : reply.callNotFound();
    },
  });
}

function scripts(app: FastifyInstance): void {
  const options = { config: { failure: "plain" }, exposeHeadRoute: true } as const;
  for (const name of SCRIPTS) {
    app.get(`${OURS}/${name}.js`, options, async (_request, reply) => {
      const { readScript } = await import("./serve.ts");
      return noSniff(reply)
        .header("cache-control", "max-age=3600")
        .type("text/javascript; charset=utf-8")
        .send(await readScript(name));
    });
  }
}

/** By which a page learns that what it shows has changed. */
function changeStreams(
  app: FastifyInstance,
  streams: ChangeStreams,
  { checkWatch }: Pick<Access, "checkWatch">,
): void {
  const options = { config: { failure: "problem" }, exposeHeadRoute: true } as const;
  app.get(`${OURS}/changes`, options, async (request, reply) => {
    checkWatch(request);
    const obstacle = streams.whyNot(reply.raw);
    if (obstacle !== undefined) throw new Problem(503, obstacle);
    const since = new URLSearchParams(queryOf(request.url)).get("since") ?? "";
    reply.hijack();
    streams.open(reply.raw, request.exchange.sandbox.id, since);
  });
}

function keepForPages(
  request: FastifyRequest,
  reply: FastifyReply,
  cookies: readonly PageCookie[],
): void {
  for (const { page, name, value } of cookies) {
    const maxAge = value === "" ? 0 : PAGE_COOKIE_AGE;
    setPageCookie(request, reply, `${OURS}/${page}`, { name, value, maxAge });
  }
}

function reachOf(app: FastifyInstance, { pinned, control }: DashboardDeps): Reach {
  const { door, open } = control;
  return {
    listening: app.addresses().filter((one) => typeof one === "object"),
    publicUrl: pinned.publicUrl,
    isOpen: open,
    makeCode: door && (() => door.makeCode()),
  };
}

/** The bar of every page has a form that goes to another sandbox. */
function sandboxSwitch(app: FastifyInstance): void {
  const options = { config: { failure: "plain" }, exposeHeadRoute: true } as const;
  app.get(`${OURS}/sandbox`, options, async (request, reply) => {
    const to = new URLSearchParams(queryOf(request.url)).get("to") ?? "";
    const up = request.exchange.endpoints.prefix === "" ? "../" : "../../../";
    const isOther = SANDBOX_ID.test(to) && to !== DEFAULT_SANDBOX;
    return noStore(reply).redirect(`${up}${isOther ? `s/${to}/` : ""}mock`, 303);
  });
}

/** The whole sandbox as a file. It can be long, and is written as the control API writes it. */
function stateFile(
  app: FastifyInstance,
  context: ControlContext,
  { checkVisit }: Pick<Access, "checkVisit">,
): void {
  const options = { config: { failure: "problem" }, exposeHeadRoute: true } as const;
  app.get(`${OURS}/lab/state.json`, options, async (request, reply) => {
    checkVisit(request);
    const { exchange } = request;
    const { Api } = await import("./api.ts");
    const state = await new Api(context, exchange, hangUpOf(reply)).whole("/state");
    const at = toIso(exchange.now).replaceAll(":", "");
    const name = `vipps-login-mock-${exchange.sandbox.id}-${at}.json`;
    noSniff(noStore(reply)).header("content-disposition", `attachment; filename="${name}"`);
    return sendLongJson(reply, state);
  });
}

/**
 * The page at the address that the mock prints at start. A program gets a text without secrets, because
 * anybody may look; a browser gets the overview.
 */
function frontPage(app: FastifyInstance, version: string, overview: Handler): void {
  const options = { exposeHeadRoute: true, config: { failure: "plain" } } as const;
  // Browsers ask for it at every place: that is no request of a merchant's, and nothing to refuse.
  app.get("/favicon.ico", options, (_request, reply) => reply.code(204).send());
  for (const path of ["/", OURS, `${OURS}/`]) {
    app.get(path, options, async (request, reply) => {
      reply.header("vary", "accept");
      if (!wantsHtml(request)) return sendText(request, reply, version);
      if (path === OURS) return overview(request, reply);
      // A relative address holds behind a proxy that puts something before the path.
      const from = pathOf(request.originalUrl);
      const sandbox = from.endsWith("/") ? "" : `${from.slice(from.lastIndexOf("/") + 1)}/`;
      return noStore(reply).redirect(path === "/" ? `${sandbox}mock` : "../mock", 302);
    });
  }
}

function sendText(request: FastifyRequest, reply: FastifyReply, version: string): FastifyReply {
  const lines = [
    `vipps-login-mock ${version}: a mock for testing, not Vipps`,
    "",
    ...addressLines(addressesOf(request.exchange.endpoints)),
    "",
    "Give your application the issuer, or the base URL in place of the real service's. README.md,",
    "which comes with the package, says where to read on: docs/users.md has the clients and the",
    "users, docs/control-api.md the operations of the control API, and docs/fidelity.md says how",
    "much of all this is known of the real service. A browser shows more at this address.",
    "",
  ];
  return noSniff(noStore(reply)).type("text/plain; charset=utf-8").send(lines.join("\n"));
}

/** Says to people why they may not look, and how they get in. */
function sendClosed(request: FastifyRequest, reply: FastifyReply, problem: Problem) {
  request.log.warn(`refused ${request.method} ${pathOf(request.url)}: ${problem.message}`);
  return sendRefusalPage(problem, request, reply);
}

function isUpload(body: unknown): body is Upload {
  return typeof body === "object" && body !== null && "files" in body;
}
