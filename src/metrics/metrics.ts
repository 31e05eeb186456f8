import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { limitsIn } from "../records/limits.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { AttemptEnd, DeliveryKind, LoginEnd, LoginFlow } from "../records/vocabulary.ts";
import { readGroup } from "../store/batches.ts";
import { BOUNDED, WAITING } from "../store/collections.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store.ts";
import { measuredStore } from "./measured-store.ts";
import type { MetricName } from "./table.ts";
import { METRIC_NAMES, METRICS, PREFIX } from "./table.ts";

/**
 * What is counted and measured while a server runs, for Prometheus. It is loaded by those who ask for it. Each
 * server has its own: nothing is shared with others in the process.
 */

/** Values of labels that come from outside are bounded: so many rules there are at most. */
const MOST_RULES = 100;

/** A response, as it is measured. */
interface Answered {
  readonly method: string;
  /** The pattern of the route; undefined where nothing is at that address. */
  readonly route: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
}

export class Metrics {
  /** The store of the server, whose operations are measured. */
  readonly store: Store;
  readonly #kept: Store;
  readonly #version: string;
  readonly #registry = new Registry();
  readonly #made: Made;
  readonly #rules = new Set<string>();
  #reading: Promise<void> | undefined;

  constructor(version: string, store: Store) {
    this.#version = version;
    this.#kept = store;
    this.#made = makeAll(this.#registry);
    const { store_operation_duration_seconds: durations, store_errors_total: errors } = this.#made;
    this.store = measuredStore(store, (collection, operation, took, hasFailed) => {
      durations.observe({ collection, operation }, took);
      if (hasFailed) errors.inc({ collection, operation });
    });
    processMetrics ??= collected();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text for Prometheus. Without the store it lacks what the store alone knows. */
  async text(): Promise<string> {
    // Of two that ask at once one would print what the other has emptied.
    this.#reading ??= this.#readStore().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    return `${await this.#registry.metrics()}\n${(await processMetrics?.metrics()) ?? ""}`;
  }

  began(flow: LoginFlow): void {
    this.#made.logins_started_total.inc({ flow });
  }

  ended(flow: LoginFlow, outcome: LoginEnd): void {
    this.#made.logins_ended_total.inc({ flow, outcome });
  }

  /** @param rule the rule's name; what an imported state says could be anything */
  refused(rule: string): void {
    if (this.#rules.size < MOST_RULES) this.#rules.add(rule);
    this.#made.refusals_total.inc({ rule: this.#rules.has(rule) ? rule : "other" });
  }

  answered({ method, route = "none", status, milliseconds }: Answered): void {
    const labels = { method, route, status: `${Math.floor(status / 100)}xx` };
    this.#made.http_request_duration_seconds.observe(labels, milliseconds / 1000);
  }

  attempted(kind: DeliveryKind, outcome: AttemptEnd): void {
    this.#made.webhook_attempts_total.inc({ kind, outcome });
  }

  /** What stands in the store is asked for by each scrape, and not counted among the operations. */
  async #readStore(): Promise<void> {
    const { store_up: up, ...made } = this.#made;
    // What cannot be read now is not there, and is not 0: `reset` would say that of what has no labels.
    for (const gauge of [made.records, made.records_limit]) gauge.reset();
    for (const gauge of [made.sandboxes, made.sandboxes_limit, made.webhooks_waiting]) {
      gauge.remove();
    }
    try {
      const { sandbox } = (await this.#kept.sandboxes.get(DEFAULT_SANDBOX)) ?? {};
      made.sandboxes.set(await this.#kept.sandboxes.count());
      if (sandbox) await this.#readSandbox(sandbox);
      up.set((await this.#kept.state()).status === "ok" ? 1 : 0);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      up.set(0);
    }
  }

  async #readSandbox({ generation, settings }: SandboxRecord): Promise<void> {
    const made = this.#made;
    const limits = limitsIn(settings);
    const records = this.#kept.records(generation);
    const counted = BOUNDED.map(async (collection) => {
      made.records.set({ collection }, await records[collection].count());
      made.records_limit.set({ collection }, limits[collection]);
    });
    await Promise.all(counted);
    made.sandboxes_limit.set(limits.sandboxes);
    made.webhooks_waiting.set((await readGroup(records.deliveries, "waiting", WAITING)).length);
    const { profile = "2023" } = settings;
    made.build_info.reset();
    made.build_info.set({ version: this.#version, profile, store: this.#kept.kind }, 1);
  }
}

/** Of the process, whatever servers it has: what measures it cannot be ended, so it is made once. */
let processMetrics: Registry | undefined;

function collected(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What each type of the table is made by. */
interface Kinds {
  readonly counter: Counter;
  readonly gauge: Gauge;
  readonly histogram: Histogram;
}

type Made = { readonly [Name in MetricName]: Kinds[(typeof METRICS)[Name]["type"]] };

function makeAll(registry: Registry): Made {
  // Each is what its type in the table says.
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, make(name, registry)])) as Made;
}

function make(name: MetricName, registry: Registry): Counter | Gauge | Histogram {
  const { type, help, labels, ...rest } = METRICS[name];
  const labelNames = Object.keys(labels);
  const options = { name: PREFIX + name, help, labelNames, registers: [registry] };
  if (type === "gauge") return new Gauge(options);
  if ("buckets" in rest) return new Histogram({ ...options, buckets: [...rest.buckets] });
  const counter = new Counter(options);
  for (const known of combinations(Object.entries(labels))) counter.inc(known, 0);
  return counter;
}

/** Every combination of the labels' values; none where those of one label are not known. */
function combinations(
  labels: readonly (readonly [string, readonly string[] | undefined])[],
): Record<string, string>[] {
  return labels.reduce<Record<string, string>[]>(
    (all, [label, values = []]) =>
      all.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
