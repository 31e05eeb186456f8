import { ATTEMPT_ENDS, DELIVERY_KINDS, LOGIN_ENDS, LOGIN_FLOWS } from "../records/vocabulary.ts";

/** Every metric, as data: metrics.ts makes them of it, and docs/metrics.md shows them. */

/** Each name begins with it. What every process has is called as everywhere. */
export const PREFIX = "vipps_login_mock_";

/** One metric. */
interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Its labels. Where all values are known, each is there from the start, as 0. */
  readonly labels: Readonly<Record<string, readonly string[] | undefined>>;
  /** Of a histogram, in seconds. */
  readonly buckets?: readonly number[];
}

/** A request is answered in about a millisecond; who waits for something, and says so, waits for many seconds. */
const OF_REQUESTS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** From a store in memory to a Redis that is about to be given up. */
const OF_OPERATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 2.5];

const ANY = undefined;

export const METRICS = {
  logins_started_total: {
    type: "counter",
    help: "Logins that began with a good request.",
    labels: { flow: LOGIN_FLOWS },
  },
  logins_ended_total: {
    type: "counter",
    help: "Logins that ended, by how.",
    labels: { flow: LOGIN_FLOWS, outcome: LOGIN_ENDS },
  },
  refusals_total: {
    type: "counter",
    help: "Requests that were refused, by the rule of the diagnosis.",
    labels: { rule: ANY },
  },
  http_request_duration_seconds: {
    type: "histogram",
    help: "How long responses took.",
    labels: { method: ANY, route: ANY, status: ANY },
    buckets: OF_REQUESTS,
  },
  store_up: {
    type: "gauge",
    help: "Whether the store could be read and written at this scrape.",
    labels: {},
  },
  store_operation_duration_seconds: {
    type: "histogram",
    help: "How long operations of the store took, also those that failed.",
    labels: { collection: ANY, operation: ANY },
    buckets: OF_OPERATIONS,
  },
  store_errors_total: {
    type: "counter",
    help: "Operations of the store that failed.",
    labels: { collection: ANY, operation: ANY },
  },
  records: {
    type: "gauge",
    help: "Records of the default sandbox.",
    labels: { collection: ANY },
  },
  records_limit: {
    type: "gauge",
    help: "How many records the default sandbox may have.",
    labels: { collection: ANY },
  },
  sandboxes: {
    type: "gauge",
    help: "Sandboxes, the default one included.",
    labels: {},
  },
  sandboxes_limit: {
    type: "gauge",
    help: "How many sandboxes there may be.",
    labels: {},
  },
  webhook_attempts_total: {
    type: "counter",
    help: "Attempts to deliver a webhook, by what came of them.",
    labels: { kind: DELIVERY_KINDS, outcome: ATTEMPT_ENDS },
  },
  webhooks_waiting: {
    type: "gauge",
    help: "Webhooks of the default sandbox that wait for an attempt.",
    labels: {},
  },
  build_info: {
    type: "gauge",
    help: "Always 1: which version runs, by which profile, on which store.",
    labels: { version: ANY, profile: ANY, store: ANY },
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
