import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { ROOT } from "../docs/pages.ts";
import type { Stage, Step } from "./dockerfile.ts";
import { readDockerfile } from "./dockerfile.ts";
import type { ContainerSpec, Mount } from "./host.ts";
import { runIn } from "./host.ts";

/** What the steps of a Dockerfile make: a root, and how a container of it runs. */

export interface Image {
  readonly root: string;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** The command that says by its exit code whether a container is healthy. */
  readonly healthcheck: readonly string[] | undefined;
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

type Draft = { -readonly [Name in keyof Image]: Image[Name] };

/** Where and from what an image is built. */
export interface Build {
  /** The Dockerfile is in it, and whatever it copies. */
  readonly context: string;
  /** A new directory, for the roots. */
  readonly directory: string;
  /** Roots of stages that are there already, by their names. */
  readonly finished?: Readonly<Record<string, string>>;
}

/** Carries out the steps of a Dockerfile; the programs of its base are those of this machine. */
export async function buildImage({ context, directory, finished = {} }: Build): Promise<Image> {
  const roots: Record<string, string> = { ...finished };
  let image: Draft | undefined;
  for (const [number, stage] of readDockerfile(join(context, "Dockerfile")).entries()) {
    if (stage.name !== undefined && finished[stage.name] !== undefined) continue;
    const root = join(directory, `stage-${number}`);
    image = await carryOut(stage, { context, roots, image: newImage(root) });
    roots[stage.name ?? number] = root;
  }
  if (image === undefined) throw new Error(`${context} has no Dockerfile that makes an image`);
  return image;
}

/** An image in which nothing has been done yet. */
export function newImage(root: string): Draft {
  mkdirSync(join(root, "etc"), { recursive: true });
  const users = ["root:x:0:0::/:/bin/sh", "node:x:1000:1000::/home/node:/bin/sh"];
  writeFileSync(join(root, "etc/passwd"), `${users.join("\n")}\n`);
  writeFileSync(join(root, "etc/group"), "root:x:0:\nnode:x:1000:\n");
  writeFileSync(join(root, "etc/nsswitch.conf"), "hosts: files\n");
  mkdirSync(join(root, "tmp"), { mode: 0o1777 });
  return {
    root,
    mounts: [],
    env: {},
    user: "0:0",
    workdir: "/",
    entrypoint: [],
    cmd: [],
    healthcheck: undefined,
    volumes: [],
    labels: {},
  };
}

/** How a container of an image runs, unless something else is said. */
export function specOf(image: Image): ContainerSpec {
  const { root, mounts, env, user, workdir, entrypoint, cmd } = image;
  const argv = [...entrypoint, ...cmd];
  return { root, mounts, env, user, workdir, argv, readOnly: false, hardened: false };
}

interface Work {
  readonly context: string;
  readonly roots: Readonly<Record<string, string>>;
  readonly image: Draft;
}

async function carryOut(stage: Stage, work: Work): Promise<Draft> {
  for (const step of stage.steps) {
    const does = STEPS[step.keyword];
    if (does === undefined) throw new Error(`nothing here carries out ${step.keyword}`);
    await does(step, work);
  }
  return work.image;
}

const STEPS: Readonly<Record<string, (step: Step, work: Work) => void | Promise<void>>> = {
  ENV({ properties }, { image }) {
    image.env = { ...image.env, ...definite(properties) };
  },
  LABEL({ properties }, { image }) {
    image.labels = { ...image.labels, ...definite(properties) };
  },
  WORKDIR({ text }, { image }) {
    image.workdir = resolve(image.workdir, text);
    mkdirSync(join(image.root, image.workdir), { recursive: true });
  },
  COPY: copy,
  RUN: run,
  USER({ text }, { image }) {
    image.user = text.includes(":") ? text : `${text}:${text}`;
  },
  VOLUME({ text }, { image }) {
    image.volumes = [...image.volumes, ...text.split(/\s+/)];
  },
  HEALTHCHECK({ text }, { image }) {
    image.healthcheck = JSON.parse(text.replace(/^CMD\s+/, ""));
  },
  ENTRYPOINT({ text }, { image }) {
    image.entrypoint = JSON.parse(text);
  },
  CMD({ text }, { image }) {
    image.cmd = JSON.parse(text);
  },
  // They are for whoever runs the image, and do nothing by themselves.
  EXPOSE() {},
  STOPSIGNAL() {},
};

/** Copies as root: what is in a directory, or single files into one. */
function copy({ text, flags }: Step, { context, roots, image }: Work): void {
  const { from, ...others } = flags;
  if (Object.keys(others).length > 0) throw new Error(`COPY with ${Object.keys(others)}`);
  const paths = text.split(/\s+/);
  const target = join(image.root, resolve(image.workdir, paths.pop() ?? ""));
  const source = from === undefined ? context : roots[from];
  if (source === undefined) throw new Error(`no stage is called ${from}`);
  const isSent = from === undefined ? sentOf(context) : () => true;
  mkdirSync(target, { recursive: true });
  for (const path of paths) {
    const origin = join(source, path);
    const options = { recursive: true, verbatimSymlinks: true } as const;
    if (!statSync(origin).isDirectory()) {
      if (!isSent(path)) throw new Error(`${path} is not in the context`);
      cpSync(origin, join(target, basename(path)), options);
      continue;
    }
    for (const name of readdirSync(origin)) {
      if (isSent(join(path, name))) cpSync(join(origin, name), join(target, name), options);
    }
  }
}

/** What .dockerignore leaves in the context, where it begins with `*` and then names what to send. */
function sentOf(context: string): (path: string) => boolean {
  const [first, ...others] = readFileSync(join(context, ".dockerignore"), "utf8")
    .trim()
    .split("\n");
  if (first !== "*" || others.some((line) => !/^![^*/]+$/.test(line))) {
    throw new Error(`${context}/.dockerignore is more than a list of what to send`);
  }
  return (path) => others.includes(`!${path.split("/", 1)[0]}`);
}

/** How packages are installed; the options say only what npm is not to do beside it. */
const INSTALLS = /^npm ci --ignore-scripts(?: --omit=dev)? --no-audit --no-fund$/;

/** The packages of this checkout stand for those that a build would fetch from the registry. */
async function run({ text }: Step, { image }: Work): Promise<void> {
  if (INSTALLS.test(text)) {
    const workdir = join(image.root, image.workdir);
    checkInstalled(workdir);
    const packages = join(image.workdir, "node_modules");
    const mount = { source: join(ROOT, "node_modules"), target: packages, options: "ro" };
    image.mounts = [...image.mounts, mount];
    return;
  }
  await runIn({ ...specOf(image), argv: ["sh", "-ec", text] });
}

interface Lock {
  readonly packages: Readonly<Record<string, { version?: string; optional?: boolean }>>;
}

/** @throws Error when `npm ci` would install something else than this checkout has */
function checkInstalled(directory: string): void {
  const read = (path: string): Lock => JSON.parse(readFileSync(path, "utf8"));
  const wanted = read(join(directory, "package-lock.json")).packages;
  const installed = read(join(ROOT, "node_modules/.package-lock.json")).packages;
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    const found = installed[path]?.version;
    // What is optional may be for another machine.
    if (path === "" || found === version || (optional && found === undefined)) continue;
    throw new Error(`${path} is ${found} here, and ${version} in ${directory}: run npm ci`);
  }
}

function definite(properties: Step["properties"]): Record<string, string> {
  const found = Object.entries(properties).map(([name, value]) => [name, value ?? ""] as const);
  return Object.fromEntries(found);
}

/** A directory for a volume, unless it is there: it belongs to whom its place in the image belongs to. */
export function makeVolume(path: string, image: Image, target: string): void {
  if (existsSync(path)) return;
  mkdirSync(path);
  const original = join(image.root, target);
  if (!existsSync(original)) return;
  const { uid, gid } = statSync(original);
  chownSync(path, uid, gid);
}
