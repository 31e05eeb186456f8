import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { Container, Host, Mount } from "./host.ts";
import { healthy, openHost } from "./host.ts";
import type { Image } from "./image.ts";
import { makeVolume, specOf } from "./image.ts";
import { interpolate } from "./interpolate.ts";
import type { Images } from "./stand-ins.ts";

/** Starts what a Compose file says, as `docker compose up` does, without a container engine. */

interface Healthcheck {
  readonly test: readonly [kind: "CMD", ...argv: string[]];
}

/** As much of a service as is carried out. */
interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: { readonly default: { readonly aliases: readonly string[] } };
  readonly depends_on?: Readonly<Record<string, { readonly condition: "service_healthy" }>>;
  readonly healthcheck?: Healthcheck;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

const CARRIED_OUT = [
  ...["build", "image", "command", "environment", "user", "volumes", "tmpfs", "ports", "networks"],
  ...["depends_on", "healthcheck", "read_only", "cap_drop", "security_opt"],
];

/** What a machine without control groups does without, on which nothing is started or ended by itself. */
const LEFT_OUT = ["mem_limit", "restart", "stop_grace_period"];

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
}

export function readCompose(path: string): ComposeFile {
  const file: ComposeFile = parse(interpolate(readFileSync(path, "utf8"), {}), { merge: true });
  for (const [name, service] of Object.entries(file.services)) {
    const unknown = Object.keys(service).filter(
      (key) => ![...CARRIED_OUT, ...LEFT_OUT].includes(key),
    );
    if (unknown.length > 0) throw new Error(`nothing here carries out ${unknown} of ${name}`);
  }
  return file;
}

/** What runs. */
export interface Project {
  readonly host: Host;
  readonly containers: Readonly<Record<string, Container>>;
  /** The socket of each published port. */
  readonly sockets: Readonly<Record<string, string>>;
  /** The directory of a volume. */
  volume(name: string): string;
  close(): Promise<void>;
}

/** Starts each service when those that it depends on are healthy, and waits until all are. */
export async function up(path: string, images: Images): Promise<Project> {
  const { services } = readCompose(path);
  const names = Object.entries(services).map(
    ([name, { networks }]) => [name, networks?.default.aliases ?? []] as const,
  );
  const host = await openHost(Object.fromEntries(names));
  const volume = (name: string) => join(host.directory, `volume-${name}`);
  const sockets: Record<string, string> = {};
  const containers: Record<string, Container> = {};
  const starts = new Map<string, Promise<void>>();

  async function start(name: string): Promise<void> {
    const service = services[name] ?? {};
    await Promise.all(Object.keys(service.depends_on ?? {}).map(isHealthy));
    const image = await imageOf(service, path, images);
    const mounts = mountsOf(service, image, dirname(path), volume);
    const container = await host.start(name, {
      ...specOf({ ...image, cmd: service.command ?? image.cmd, user: service.user ?? image.user }),
      mounts: [...image.mounts, ...mounts],
      env: { ...image.env, ...service.environment },
      readOnly: service.read_only === true,
      hardened: isHardened(service),
    });
    containers[name] = container;
    for (const published of service.ports ?? []) {
      const [, outside = "", inside = ""] = published.split(":");
      sockets[outside] = await host.publish(name, Number(inside));
    }
    const [, ...test] = service.healthcheck?.test ?? ["CMD", ...(image.healthcheck ?? [])];
    await healthy(container, test);
  }
  function isHealthy(name: string): Promise<void> {
    const started = starts.get(name) ?? start(name);
    starts.set(name, started);
    return started;
  }

  const close = () => host.close();
  try {
    await Promise.all(Object.keys(services).map(isHealthy));
  } catch (error) {
    await close();
    throw error;
  }
  return { host, containers, sockets, volume, close };
}

async function imageOf({ image, build }: Service, path: string, images: Images): Promise<Image> {
  return image === undefined
    ? images.built(resolve(dirname(path), build ?? ""))
    : images.pulled(image);
}

/** Volumes by their names, files and directories by paths that begin with a dot. */
function mountsOf(
  { volumes = [], tmpfs = [] }: Service,
  image: Image,
  directory: string,
  volume: (name: string) => string,
): readonly Mount[] {
  const mounts = volumes.map((text): Mount => {
    const [source = "", target = "", mode = "rw"] = text.split(":");
    if (source.startsWith(".")) return { source: join(directory, source), target, options: mode };
    makeVolume(volume(source), image, target);
    return { source: volume(source), target, options: mode };
  });
  return [...mounts, ...tmpfs.map((target) => ({ source: "tmpfs", target, options: "mode=1777" }))];
}

function isHardened({ cap_drop = [], security_opt = [] }: Service): boolean {
  return cap_drop.includes("ALL") && security_opt.includes("no-new-privileges:true");
}
