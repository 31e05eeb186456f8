import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type {
  ConfigMap,
  Container,
  PodTemplateSpec,
  Secret,
  Service,
} from "kubernetes-types/core/v1.d.ts";
import type { Ingress, NetworkPolicy } from "kubernetes-types/networking/v1.d.ts";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.d.ts";
import { parseAllDocuments } from "yaml";
import { ROOT } from "../docs/pages.ts";

/** The manifests of deploy/kubernetes, as `kubectl apply` reads them. */

interface Kinds {
  ConfigMap: ConfigMap;
  Deployment: Deployment;
  Ingress: Ingress;
  NetworkPolicy: NetworkPolicy;
  PodDisruptionBudget: PodDisruptionBudget;
  Secret: Secret;
  Service: Service;
  StatefulSet: StatefulSet;
}

type Manifest = Kinds[keyof Kinds];

const FOLDER = join(ROOT, "deploy/kubernetes");

export const MANIFESTS: readonly Manifest[] = readdirSync(FOLDER).flatMap((name) =>
  parseAllDocuments(readFileSync(join(FOLDER, name), "utf8")).map((document) => document.toJS()),
);

/** The manifests of a kind. */
export function all<Kind extends keyof Kinds>(kind: Kind): readonly Kinds[Kind][] {
  return MANIFESTS.filter((manifest): manifest is Kinds[Kind] => manifest.kind === kind);
}

export function one<Kind extends keyof Kinds>(kind: Kind, name: string): Kinds[Kind] {
  const found = all(kind).find(({ metadata }) => metadata?.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** What runs pods, with the only container of each. */
export interface Workload {
  readonly name: string;
  readonly replicas: number;
  readonly selector: Readonly<Record<string, string>>;
  readonly template: PodTemplateSpec;
  readonly container: Container;
}

export const WORKLOADS: readonly Workload[] = [...all("Deployment"), ...all("StatefulSet")].map(
  ({ metadata, spec }) => {
    const [container, ...others] = spec?.template.spec?.containers ?? [];
    if (!spec || !container || others.length > 0) throw new Error("a pod has one container here");
    const { template, selector, replicas = 1 } = spec;
    const name = metadata?.name ?? "";
    return { name, replicas, selector: selector.matchLabels ?? {}, template, container };
  },
);

/** The environment of a container, as the kubelet makes it. */
export function environmentOf({ env = [] }: Container): Readonly<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const { name, value = "", valueFrom } of env) {
    const from = valueFrom?.secretKeyRef;
    const secret = from && one("Secret", from.name ?? "").stringData?.[from.key];
    if (from && secret === undefined) throw new Error(`no secret has a ${from.key} for ${name}`);
    made[name] = secret ?? expand(value, made);
  }
  return made;
}

/** What stands as `$(NAME)` in values and arguments. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\((\w+)\)/g, (found, name) => env[name] ?? found);
}
