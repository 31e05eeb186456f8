import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { systemWallClock } from "../../src/platform/clock.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { issueCertificate, makeAuthority } from "../../src/tls/issue.ts";

/** Certificates for tests, made as the mock makes its own, and the files that they are in. */

/** A directory that is removed after the last test of the file. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "vipps-login-mock-tls-"));
  afterAll(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A CA, and a certificate that it has issued whether it may or not. */
export async function certified(
  hosts: readonly string[],
  permitted: readonly string[] = hosts,
  now: EpochSeconds = systemWallClock(),
) {
  const authority = await makeAuthority(permitted, now);
  return { authority, server: await issueCertificate(authority, hosts, now) };
}

/** Such a certificate in files. */
export async function certificateFiles(directory: string, ...args: Parameters<typeof certified>) {
  const { authority, server } = await certified(...args);
  const files = {
    ca: join(directory, "their-ca.pem"),
    cert: join(directory, "their-cert.pem"),
    key: join(directory, "their-key.pem"),
  };
  await writeFile(files.ca, authority.cert);
  await writeFile(files.cert, server.cert);
  await writeFile(files.key, server.key);
  return files;
}
