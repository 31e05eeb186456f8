import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { fastify, LogController } from "fastify";
import { authorizeRoutes } from "./authorize/routes.ts";
import { cibaRoutes } from "./ciba/routes.ts";
import { partnerRoutes } from "./client-auth/routes.ts";
import type { ControlAccess } from "./control/access.ts";
import { controlRoutes } from "./control/routes.ts";
import { dashboardRoutes } from "./dashboard/routes.ts";
import { discoveryRoutes } from "./discovery/routes.ts";
import { accessBy } from "./http/access.ts";
import { acceptForms, acceptPageForms } from "./http/bodies.ts";
import { refuseBrokenRequest } from "./http/broken-requests.ts";
import { prepareRequests } from "./http/context.ts";
import { handleErrors, refuseUnroutable } from "./http/errors.ts";
import { playFaults } from "./http/faults.ts";
import { OwnCalls } from "./http/local-fetch.ts";
import { noteMisspelt } from "./http/misspelt.ts";
import { handleNotFound } from "./http/not-found.ts";
import { peopleBy } from "./http/people.ts";
import { recordRequests } from "./http/record.ts";
import { RequestLogger } from "./http/request-logger.ts";
import { catchUpAndLookAhead } from "./login/phone-login.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { metricsRoutes } from "./metrics/routes.ts";
import { errorPageRoutes } from "./pages/error-page-routes.ts";
import { formPostRoutes } from "./pages/form-post-routes.ts";
import { loginRoutes } from "./pages/login-routes.ts";
import { logoutRoutes } from "./pages/logout-routes.ts";
import type { PageRenderer } from "./pages/render.ts";
import { createIds, secureRandom } from "./platform/ids.ts";
import type { Seconds } from "./records/time.ts";
import { MINUTE } from "./records/time.ts";
import type { PinnedUrls } from "./request/addresses.ts";
import { createBaseReader } from "./request/base.ts";
import { revocationRoutes } from "./revocation/routes.ts";
import { Arrivals } from "./sandbox/arrivals.ts";
import type { Sandboxes } from "./sandbox/registry.ts";
import { changedIn, insertedIn } from "./store/batches.ts";
import type { Store } from "./store/store.ts";
import { tokenRoutes } from "./token/routes.ts";
import { userinfoRoutes } from "./userinfo/routes.ts";
import type { AddressDeps } from "./webhooks/addresses.ts";
import { Courier } from "./webhooks/courier.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/** What an app is made of. */
export interface AppDeps {
  readonly sandboxes: Sandboxes;
  readonly views: PageRenderer;
  readonly pinned: PinnedUrls;
  /** Whether X-Forwarded-* headers tell the truth. */
  readonly trustProxy: boolean;
  readonly version: string;
  /** Who may use the control API. */
  readonly control: ControlAccess;
  /** The names and addresses in the certificate, where https is served too. */
  readonly tlsHosts?: readonly string[] | undefined;
  /** Whether the request log keeps secrets in clear. */
  readonly logSecrets: boolean;
  /**
   * Where webhooks may go, and how long an attempt may take in seconds of the real time, where that is
   * not the real service's time.
   */
  readonly webhooks: AddressDeps & { readonly timeout?: Seconds };
  /** Where everything is kept, for those who ask how the mock is. */
  readonly store: Pick<Store, "kind" | "state">;
  /** Counts and measures; left out where nobody asked for that. */
  readonly metrics?: Metrics | undefined;
  readonly logger: FastifyBaseLogger | false;
  /** How long a request may take to arrive; as long as is usual, when left out. */
  readonly patience?: Patience;
}

/** How long a request may take to arrive, in seconds of the real time; then it gets a 408. */
interface Patience {
  /** Its head: the request line and the headers. */
  readonly head: Seconds;
  /** All of it. The largest there is is an exported sandbox, over a slow network. */
  readonly request: Seconds;
}

const PATIENCE: Patience = { head: 30, request: 2 * MINUTE };

/** Bodies over this many bytes are refused with 413. */
const BODY_LIMIT = 64 * 1024;

/** So long a request line can be before Node refuses it; the gateway's 502 comes far earlier. */
const MAX_HEADER_SIZE = 128 * 1024;

/**
 * No route has a schema of Fastify's: parameters and bodies are read by rules of our own. Without
 * these, Fastify loads a validator and a serializer that are never asked.
 */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
};

function refuseSchema(): never {
  throw new Error("a route has a Fastify schema, and nothing here compiles those");
}

/** Puts the server together: the one list of everything that it does. It does not listen. */
export function buildApp(deps: AppDeps): FastifyInstance {
  const { version, logger, pinned, trustProxy, patience = PATIENCE } = deps;
  const bases = createBaseReader(pinned, trustProxy);
  const app = fastify({
    // With a logger of its own the framework would listen for the end of each response.
    logger: false,
    childLoggerFactory: (silent, bindings) => new RequestLogger(logger || silent, bindings),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    // Who has sent a request before the server closes gets the real response to it.
    return503OnClosing: false,
    requestTimeout: patience.request * 1000,
    // Routes read the query themselves: repeated parameters are decisions of the protocol.
    routerOptions: { querystringParser: () => ({}) },
    // Routes know nothing of proxies and sandboxes: what those have before each path is taken off here,
    // and read in http/context.ts.
    rewriteUrl: ({ url = "/", headers }) => bases.locate(url, headers).rest,
    frameworkErrors: (error, request, reply) => refuseUnroutable(error, request, reply, version),
    clientErrorHandler: (error, socket) => refuseBrokenRequest(error, socket, app.log, version),
    http: {
      maxHeaderSize: MAX_HEADER_SIZE,
      headersTimeout: patience.head * 1000,
      requestTimeout: patience.request * 1000,
      connectionsCheckingInterval: patience.head * 100,
    },
    schemaController: NO_SCHEMAS,
  });
  if (logger) app.log = logger;
  handleNotFound(app);
  handleErrors(app, deps.store.kind);
  acceptForms(app);
  const ownCalls = new OwnCalls();
  prepareRequests(app, { ...deps, bases, ownCalls });
  playFaults(app);
  noteMisspelt(app);
  // Behind the faults: a response is recorded as they change it.
  const arrivals = arrivalsIn(app, deps.sandboxes);
  recordRequests(app, {
    arrivals: arrivals.requests,
    logSecrets: deps.logSecrets,
    ids: createIds(secureRandom),
  });
  const courier = new Courier({
    sandboxes: deps.sandboxes,
    ...deps.webhooks,
    version,
    carryOutPlans: catchUpAndLookAhead,
    announce: (id) => arrivals.deliveries.announce(id),
    counts: deps.metrics,
    log: app.log,
  });
  app.addHook("onReady", async () => courier.start());
  app.addHook("onClose", () => courier.close());
  const access = accessBy(deps.control, deps);
  const context = { ...deps, access, arrivals, courier };
  const peopleFor = peopleBy(access, context);
  discoveryRoutes(app);
  authorizeRoutes(app);
  app.register(async (pages) => {
    await acceptPageForms(pages);
    loginRoutes(pages, { ...deps, wall: deps.sandboxes.wall, peopleFor });
  });
  errorPageRoutes(app, deps.views, access);
  formPostRoutes(app, deps.views);
  tokenRoutes(app);
  userinfoRoutes(app);
  revocationRoutes(app);
  cibaRoutes(app);
  partnerRoutes(app);
  logoutRoutes(app, deps.views);
  webhookRoutes(app, deps.webhooks);
  controlRoutes(app, context);
  dashboardRoutes(app, { ...context, ownCalls });
  metricsRoutes(app, context);
  return app;
}

/** What can be waited for, as long as the app serves. */
function arrivalsIn(app: FastifyInstance, sandboxes: Sandboxes) {
  const arrivals = {
    requests: new Arrivals(sandboxes, ({ store }) => insertedIn(store.requests)),
    deliveries: new Arrivals(sandboxes, ({ store }) => changedIn(store.deliveries)),
  };
  app.addHook("preClose", async () => {
    for (const each of Object.values(arrivals)) each.close();
  });
  return arrivals;
}
