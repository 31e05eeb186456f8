import type { FastifyInstance } from "fastify";
import { Problem } from "../control/api/problem.ts";
import type { Access } from "../http/access.ts";
import { noSniff, noStore } from "../http/messages.ts";
import { OURS } from "../request/addresses.ts";
import type { Metrics } from "./metrics.ts";

const PATH = `${OURS}/metrics`;

interface MetricsDeps {
  /** Left out where nothing is measured; then no request pays for it. */
  readonly metrics?: Metrics | undefined;
  readonly access: Pick<Access, "checkCall">;
}

/** Counts and measures every request, and gives what there is to Prometheus, as the control API lets in. */
export function metricsRoutes(app: FastifyInstance, { metrics, access }: MetricsDeps): void {
  const config = { failure: "problem", storeless: true } as const;
  if (!metrics) {
    const hidden = { ...config, paths: [] };
    app.get(PATH, { config: hidden, exposeHeadRoute: true }, async () => {
      throw new Problem(
        404,
        "Nothing is measured: start the mock with --metrics, or with VIPPS_LOGIN_MOCK_METRICS=true.",
      );
    });
    return;
  }
  app.addHook("onResponse", (request, reply, done) => {
    const { method, exchange, routeOptions } = request;
    const { statusCode: status, elapsedTime: milliseconds } = reply;
    metrics.answered({ method, route: routeOptions.url, status, milliseconds });
    // A route that asks no store has no exchange.
    const refusal = exchange?.trace.refusal;
    if (refusal) metrics.refused(refusal.rule);
    done();
  });
  app.get(PATH, { config, exposeHeadRoute: true }, async (request, reply) => {
    access.checkCall(request);
    return noSniff(noStore(reply))
      .type(metrics.contentType)
      .send(await metrics.text());
  });
}
