import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../support/program.ts";
import { eventually, until } from "../support/wait.ts";

/**
 * As much of a container engine as the tests need, without an image of anything: processes with a root, a network,
 * mounts, a user and an environment of their own, by the namespaces of Linux. All of it ends with this process.
 */

/** A directory, or a file, of the machine in a container; `tmpfs` is an empty directory in memory. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  /** Those of mount(8), beginning with `ro` or `rw`. */
  readonly options: string;
}

/** How a container is to run. */
export interface ContainerSpec {
  /** The directory that it sees as its root. */
  readonly root: string;
  readonly readOnly: boolean;
  readonly mounts: readonly Mount[];
  /** Numbers, as in `1000:1000`; it is root where both are 0. */
  readonly user: string;
  /** Whether a user other than root, too, may still become more than it is. */
  readonly hardened: boolean;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

/** A container that runs. */
export interface Container {
  readonly spec: ContainerSpec;
  /** Its first process, as this machine numbers it. */
  readonly pid: number;
  isRunning(): boolean;
  /** What it has said so far, on both streams. */
  output(): string;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Runs a program in it, as its health check is run. */
  exec(argv: readonly string[]): Promise<{ code: number | null; out: string; err: string }>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Waits until a container is healthy by the command of its health check.
 *
 * @throws Error when it ends before
 */
export async function healthy(container: Container, command: readonly string[]): Promise<void> {
  const isHealthy = await eventually(async () => {
    if (!container.isRunning()) return false;
    // Before it listens, programs that ask it would only keep it from its start.
    if (!listens(container)) throw new Error(`does not listen: ${container.output()}`);
    const { code, err } = await container.exec(command);
    if (code !== 0) throw new Error(`not healthy: ${err}${container.output()}`);
    return true;
  });
  if (!isHealthy) throw new Error(`ended before it was healthy: ${container.output()}`);
}

/** Whether anything in the container listens: the state of a socket is 0A then. */
export function listens({ pid }: Container): boolean {
  const sockets = ["tcp", "tcp6"].map((kind) => readFileSync(`/proc/${pid}/net/${kind}`, "utf8"));
  return / 0A /.test(sockets.join());
}

/** A machine with containers in one network. */
export interface Host {
  /** A directory of its own, for volumes and files. */
  readonly directory: string;
  /** The address of a container in their network. */
  addressOf(name: string): string;
  start(name: string, spec: ContainerSpec): Promise<Container>;
  /** @returns the path of a socket that leads to a port of a container */
  publish(name: string, port: number): Promise<string>;
  close(): Promise<void>;
}

const inside = (name: string) => fileURLToPath(new URL(`inside/${name}`, import.meta.url));

/** Where the Node of this process is, in a container. */
const NODE = "/node";

const PATH = `${NODE}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** What a container has of this machine: its programs, which are those of the images' stand-ins. */
const PROGRAMS: readonly Mount[] = [
  { source: "/usr", target: "/usr", options: "ro" },
  { source: dirname(dirname(process.execPath)), target: NODE, options: "ro" },
  ...["/bin", "/sbin", "/lib", "/lib64"]
    .filter((path) => existsSync(path))
    .map((path) => ({ source: path, target: path, options: "ro" })),
];

/**
 * @param names of the containers that can be started, with further names of each
 */
export async function openHost(names: Readonly<Record<string, readonly string[]>>): Promise<Host> {
  const directory = mkdtempSync(join(tmpdir(), "vipps-login-mock-containers-"));
  const order = Object.keys(names);
  const network = spawn(
    "unshare",
    [
      ...["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
      ...["sh", inside("network.sh"), ...order],
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  await said(network);
  const holder = String(await firstChildOf(network));
  const addressOf = (name: string) => `10.77.0.${order.indexOf(name) + 2}`;
  const lines = order.map((name) => [addressOf(name), name, ...(names[name] ?? [])].join(" "));
  const hosts = join(directory, "hosts");
  writeFileSync(hosts, `${["127.0.0.1 localhost", ...lines].join("\n")}\n`);
  const enterNetwork = ["--target", holder, "--mount", "--net", "--pid", "--"];
  const started: ChildProcess[] = [];

  return {
    directory,
    addressOf,
    async start(name, spec) {
      const log = join(directory, `${name}-${started.length}.log`);
      const argv = [
        ...[...enterNetwork, "ip", "netns", "exec", name],
        ...["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child"],
        ...argvToEnter(spec, [{ source: hosts, target: "/etc/hosts", options: "ro" }]),
      ];
      const output = logFile(log);
      const child = spawn("nsenter", argv, {
        stdio: ["ignore", output, output],
        env: { PATH, ...spec.env },
      });
      started.push(child);
      return containerOf(child, spec, log);
    },
    async publish(name, port) {
      const socket = join(directory, `${name}-${port}.socket`);
      const address = [addressOf(name), String(port)];
      const program = [process.execPath, inside("forward.js"), socket, ...address];
      const child = spawn("nsenter", [...enterNetwork, ...program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      started.push(child);
      await said(child);
      return socket;
    },
    async close() {
      // Whatever runs in the namespace of processes ends with its first one.
      network.stdin?.end();
      await Promise.all([network, ...started].map(endOf));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs a program in a root, without a network, as a builder runs the steps of a Dockerfile. */
export async function runIn(spec: ContainerSpec): Promise<void> {
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
  const env = { PATH, ...spec.env };
  const { ended } = runProgram("unshare", [...namespaces, ...argvToEnter(spec, [])], { env });
  const { code, out, err } = await ended;
  if (code !== 0) throw new Error(`${spec.argv.join(" ")} ended with ${code}: ${out}${err}`);
}

/** How the first process becomes that of a container. */
function argvToEnter(spec: ContainerSpec, files: readonly Mount[]): string[] {
  const mounts = [...PROGRAMS, ...files, ...spec.mounts];
  for (const { source, target } of mounts) {
    makeMountPoint(join(spec.root, target), source === "tmpfs" || !isFile(source));
  }
  for (const target of ["/proc", "/dev"]) makeMountPoint(join(spec.root, target), true);
  return [
    ...["sh", inside("enter.sh"), spec.root, spec.readOnly ? "ro" : "rw"],
    ...mounts.flatMap(({ source, target, options }) => [source, target, options]),
    ...["--", ...asUser(spec), ...spec.argv],
  ];
}

/** Runs what follows as the user, in the working directory. */
function asUser({ user, hardened, workdir }: ContainerSpec): string[] {
  const [uid = "", gid = ""] = user.split(":");
  const ids = ["--reuid", uid, "--regid", gid, "--clear-groups"];
  const less = hardened ? ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"] : [];
  return ["setpriv", ...ids, ...less, "env", `--chdir=${workdir}`];
}

async function containerOf(
  child: ChildProcess,
  spec: ContainerSpec,
  log: string,
): Promise<Container> {
  const ended = endOf(child);
  // Of nsenter, which is in the namespaces of the network, unshare is the child, and of that the container's first one.
  const pid = await firstChildOf({ pid: await firstChildOf(child) });
  return {
    spec,
    pid,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => readFileSync(log, "utf8"),
    ended,
    async exec(argv) {
      const target = ["--target", String(pid), "--mount", "--net", "--pid", "--root", "--"];
      const env = { PATH, ...spec.env };
      return runProgram("nsenter", [...target, ...asUser(spec), ...argv], { env }).ended;
    },
    kill: (signal) => process.kill(pid, signal),
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", resolve));
}

/** Waits for the first line, with which a program of ours says that it is ready. */
async function said({ stdout }: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stdout?.once("data", () => resolve());
    stdout?.once("end", () => reject(new Error("what the containers need has ended")));
  });
}

function firstChildOf({ pid }: { readonly pid?: number | undefined }): Promise<number> {
  return until(() => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim()));
}

/** A file to which everybody may add, as the pipes of a container belong to its user. */
function logFile(path: string): number {
  const file = openSync(path, "a");
  chmodSync(path, 0o666);
  return file;
}

function isFile(path: string): boolean {
  return existsSync(path) && !existsSync(`${path}/.`);
}

function makeMountPoint(path: string, isDirectory: boolean): void {
  if (existsSync(path)) return;
  mkdirSync(isDirectory ? path : dirname(path), { recursive: true });
  if (!isDirectory) writeFileSync(path, "");
}
