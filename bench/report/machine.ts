import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import type { Context } from "../measure/measure.ts";
import { BUILT_IN_KEY, ordinaryKey, versionOf } from "../servers/contestants.ts";
import { number, table } from "./table.ts";

/** On what it was measured: figures of two machines do not compare. */

export function machineTable({ node, peers, rounds, seconds }: Context): string {
  return table(
    ["", ""],
    [
      ...machineRows(node),
      ...peers.map(({ name }) => [name, versionOf(name)]),
      ["One signature, the built-in key of four primes", signature(BUILT_IN_KEY)],
      ["One signature, an ordinary 2048-bit key", signature(ordinaryKey().pem)],
      ["Rounds", `${rounds}, of ${seconds} s where logins are counted`],
    ],
  );
}

export function machineRows(node: string): readonly (readonly string[])[] {
  const [cpu] = cpus();
  const versions = JSON.parse(
    execFileSync(node, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8" }),
  );
  return [
    ["Processor", `${cpus().length} × ${cpu?.model.trim()}, ${arch()}`],
    ["Memory", `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ["System", `${type()} ${release()}; load at the start ${number(loadavg()[0] ?? 0)}`],
    ["Node of all servers", `${versions.node}, OpenSSL ${versions.openssl}`],
    ["Node of the load generator", process.version],
    ["vipps-login-mock", ownVersion()],
    ["fastify, ours and the bare server's", rootVersion("fastify")],
  ];
}

function ownVersion(): string {
  const { version } = json("../../package.json");
  // Where it was unpacked from an archive there is no repository.
  const { stdout } = spawnSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" });
  return stdout ? `${version}, commit ${stdout.trim()}` : version;
}

function rootVersion(name: string): string {
  return json(`../../node_modules/${name}/package.json`).version;
}

function json(path: string): { readonly version: string } {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
}

/** How long this machine takes for one, in milliseconds: the better part of what a login must cost. */
function signature(keyFile: string): string {
  const key = createPrivateKey(readFileSync(keyFile));
  const data = Buffer.from("header.payload");
  const took = Array.from({ length: 101 }, () => {
    const start = performance.now();
    sign("sha256", data, key);
    return performance.now() - start;
  });
  return `${(took.toSorted((one, other) => one - other)[50] ?? 0).toFixed(3)} ms`;
}
