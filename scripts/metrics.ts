import type { MetricName } from "../src/metrics/table.ts";
import { METRIC_NAMES, METRICS, PREFIX } from "../src/metrics/table.ts";
import { table } from "./tables.ts";

/** When to look at a metric, and what to do then. */
const ADVICE: Readonly<Record<MetricName, string>> = {
  logins_started_total:
    "Many more than have ended: users leave, or an application begins logins and loses them.",
  logins_ended_total:
    "Much `error` after a change to an application: its requests are wrong. `refusals_total` has the rule.",
  refusals_total:
    "One rule grows: look it up in [rules.md](rules.md), and the requests in the log at `/mock/log`.",
  http_request_duration_seconds:
    "One route is slow: a fault delays it, or the store is slow. All are slow: look at the event loop.",
  store_up:
    "0: look after Redis, which is away, full or somebody's copy. What it cannot do gets 503.",
  store_operation_duration_seconds:
    "Slow: Redis is far away or busy. Near `--store-timeout`, requests begin to get 503.",
  store_errors_total: "Grows: Redis is away, too slow or full. The log says why.",
  records:
    "Near its limit: the next is refused, or the oldest goes. [limits.md](limits.md) says which.",
  records_limit: "To compare `records` with.",
  sandboxes: "Near the limit: tests leave sandboxes behind. Remove them, or give each a `ttl`.",
  sandboxes_limit: "To compare `sandboxes` with.",
  webhook_attempts_total:
    "`retry` and `failed` grow: a receiver refuses. `GET /mock/api/webhook-deliveries` has its responses.",
  webhooks_waiting: "Stays high: receivers are away, or the clock of the sandbox stands still.",
  build_info: "To see which replicas run what.",
};

/** The table of the mock's own metrics. */
export function metricsTable(): string {
  return table(
    ["Metric", "Type", "Labels", "What it says", "When to look, and what to do"],
    METRIC_NAMES.map((name) => {
      const { type, labels, help } = METRICS[name];
      const names = Object.keys(labels).map((label) => `\`${label}\``);
      return [`\`${PREFIX}${name}\``, type, names.join(", "), help, ADVICE[name]];
    }),
  );
}
