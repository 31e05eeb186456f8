import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./program.ts";
import { debian } from "./requirement.ts";
import { eventually } from "./wait.ts";

/** A real nginx in front of a mock, and a certificate for it. */

export const NGINX = debian(
  "nginx and openssl",
  "nginx-light openssl",
  "/usr/sbin/nginx",
  "/usr/bin/openssl",
);

/** An nginx that serves. */
interface Nginx {
  /** The certificate, which signs itself; PEM. */
  readonly certificate: string;
  close(): Promise<void>;
}

/** Two days are enough for a test. */
const CERTIFICATE =
  "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout demo.key -out demo.pem -addext " +
  "subjectAltName=DNS:localhost,DNS:apitest.vipps.no,DNS:api.vipps.no";

/**
 * Starts one, as the only process that it needs.
 *
 * @param server what goes into the `http` block; `/etc/ssl` is where the certificate lies
 * @param port a port of 127.0.0.1 on which that listens
 */
export async function startNginx(server: string, port: number): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), "vipps-login-mock-nginx-"));
  const made = await runProgram("openssl", CERTIFICATE.split(" "), { cwd: directory }).ended;
  if (made.code !== 0) throw new Error(`openssl made no certificate: ${made.err}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  );
  const config = [
    "daemon off;",
    "master_process off;",
    `pid ${directory}/nginx.pid;`,
    "error_log stderr;",
    "events { worker_connections 4096; }",
    "http {",
    "access_log off;",
    ...temporary,
    server.replaceAll("/etc/ssl/", `${directory}/`),
    "}",
  ];
  await writeFile(join(directory, "nginx.conf"), `${config.join("\n")}\n`);
  const { child, ended, err } = runProgram("/usr/sbin/nginx", [
    ...["-p", directory, "-e", "stderr"],
    ...["-c", join(directory, "nginx.conf")],
  ]);
  let hasEnded = false;
  ended.then(
    () => {
      hasEnded = true;
    },
    () => {
      hasEnded = true;
    },
  );
  await eventually(async () => {
    if (!hasEnded) await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" });
  });
  if (hasEnded) throw new Error(`nginx ended: ${err()}`);
  return {
    certificate: await readFile(join(directory, "demo.pem"), "utf8"),
    async close() {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}
