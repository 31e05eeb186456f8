import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Probe } from "kubernetes-types/core/v1.d.ts";
import { reachBy } from "./browser.ts";
import type { Container, Host, Mount } from "./host.ts";
import { listens } from "./host.ts";
import { specOf } from "./image.ts";
import type { Workload } from "./manifests.ts";
import { environmentOf, expand, one } from "./manifests.ts";
import type { Images } from "./stand-ins.ts";

/** Starts the pods of a workload, and asks them what the kubelet asks. */

export interface Pod {
  readonly name: string;
  readonly container: Container;
  /** That of its only port. */
  readonly socket: string;
  passes(probe: "startupProbe" | "livenessProbe" | "readinessProbe"): Promise<boolean>;
}

export async function startPod(
  host: Host,
  images: Images,
  workload: Workload,
  number: number,
): Promise<Pod> {
  const { container: described, template } = workload;
  const name = `${workload.name}-${number}`;
  const env = environmentOf(described);
  const image = await images.pulled(described.image ?? "");
  const { runAsUser, runAsGroup } = template.spec?.securityContext ?? {};
  const container = await host.start(name, {
    ...specOf({ ...image, cmd: described.args?.map((text) => expand(text, env)) ?? image.cmd }),
    env: { ...image.env, ...env },
    user: runAsUser === undefined ? image.user : `${runAsUser}:${runAsGroup}`,
    mounts: mountsOf(workload, join(host.directory, name)),
    readOnly: described.securityContext?.readOnlyRootFilesystem === true,
    hardened: described.securityContext?.allowPrivilegeEscalation === false,
  });
  const [port] = described.ports ?? [];
  const socket = await host.publish(name, port?.containerPort ?? 0);
  return {
    name,
    container,
    socket,
    passes: (probe) => passes(described[probe] ?? {}, container, socket),
  };
}

/** The files of a ConfigMap; whatever else is mounted begins empty, and its group may write. */
function mountsOf({ container, template }: Workload, directory: string): Mount[] {
  const { volumes = [], securityContext } = template.spec ?? {};
  return (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => {
    const source = join(directory, name);
    mkdirSync(source, { recursive: true });
    chownSync(source, 0, securityContext?.fsGroup ?? 0);
    chmodSync(source, 0o775);
    const map = volumes.find((volume) => volume.name === name)?.configMap?.name;
    const files = map === undefined ? {} : one("ConfigMap", map).data;
    for (const [file, text] of Object.entries(files ?? {})) writeFileSync(join(source, file), text);
    return { source, target: mountPath, options: readOnly === true ? "ro" : "rw" };
  });
}

/** Requests come from the machine's own address in the network of its containers, without a token. */
async function passes(probe: Probe, container: Container, socket: string): Promise<boolean> {
  if (probe.exec) return (await container.exec(probe.exec.command ?? [])).code === 0;
  if (probe.tcpSocket) return listens(container);
  const { path = "" } = probe.httpGet ?? {};
  const reach = reachBy({ pod: socket });
  return reach(new Request(`http://pod${path}`)).then(
    ({ ok }) => ok,
    () => false,
  );
}
