import { createPrivateKey, X509Certificate } from "node:crypto";
import { access, chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WallClock } from "../platform/capabilities.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { isOfLock, takeLock } from "./lock.ts";
import { caFileIn } from "./options.ts";
import type { Certified } from "./own-files.ts";

/**
 * Where the CA and the certificate lie from one start to the next. The CA's certificate is for everybody;
 * all that is secret is in one file, so that what is read belongs together, in a directory of its own:
 * whoever may read the one need not be able to look into the other.
 */

/** What is kept. */
export interface Kept {
  readonly authority: Certified;
  readonly server: Certified;
}

const PRIVATE = "private";

/** In the directory of the secrets. */
const LOCK = "lock";

/**
 * @returns what is kept there; `damaged` for what was there and is none, undefined for nothing
 * @throws OperatorError when it cannot be read
 */
export async function readKept(directory: string): Promise<Kept | "damaged" | undefined> {
  const file = secretsIn(directory);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new OperatorError(
      `${file} has the key of the local CA and cannot be read (${error.code}): it belongs to who made it. ${OTHER_DIRECTORY}`,
    );
  });
  if (text === undefined) return undefined;
  const kept = parse(text);
  return kept && belongTogether(kept) ? kept : "damaged";
}

/**
 * Looks whether the directory holds files under our names that we did not write, before any is written.
 *
 * @throws OperatorError when it does
 */
export async function refuseForeignFiles(directory: string): Promise<void> {
  const inside = dirname(secretsIn(directory));
  // Whoever makes a CA writes its secrets first: its certificate alone is somebody else's.
  const published = await isThere(caFileIn(directory));
  const names = await readdir(inside).catch(() => []);
  const foreign = names.find((name) => !isOfLock(name, LOCK) && !name.startsWith("keys.pem"));
  if (foreign !== undefined) {
    const path = join(inside, foreign);
    throw new OperatorError(
      `${path} is not of the mock, which keeps keys there. ${OTHER_DIRECTORY}`,
    );
  }
  if (!published || (await isThere(secretsIn(directory)))) return;
  throw new OperatorError(
    `${caFileIn(directory)} is there without the key of a local CA: it is another CA's, or the key was ` +
      `lost. Remove it if nothing needs it. ${OTHER_DIRECTORY}`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const OTHER_DIRECTORY = "Give another directory with --tls-dir (in the library: tls.dir).";

/** Whether whoever trusts the CA's file trusts the one that is kept. */
export async function isPublished(directory: string, { authority }: Kept): Promise<boolean> {
  const there = await readFile(caFileIn(directory), "utf8").catch(() => undefined);
  return there === authority.cert;
}

/**
 * Writes each file whole or not at all.
 *
 * @throws OperatorError when it cannot be written
 */
export async function writeKept(directory: string, { authority, server }: Kept): Promise<void> {
  const secrets = [authority.cert, authority.key, server.cert, server.key].join("");
  await writeWhole(secretsIn(directory), secrets, 0o600);
  await writeWhole(caFileIn(directory), authority.cert, 0o644);
}

/**
 * Does something while no other process does it in the same directory, which is made.
 *
 * @throws OperatorError when nothing can be written there, or another process does not come to an end
 */
export async function alone<Result>(
  directory: string,
  wall: WallClock,
  task: () => Promise<Result>,
): Promise<Result> {
  const inside = dirname(secretsIn(directory));
  try {
    await mkdir(directory, { recursive: true });
    await mkdir(inside, { recursive: true, mode: 0o700 });
    await chmod(inside, 0o700);
    const release = await takeLock(join(inside, LOCK), wall);
    try {
      return await task();
    } finally {
      await release();
    }
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new OperatorError(
      `The local CA cannot be kept in ${directory}: ${message}. ${OTHER_DIRECTORY}`,
    );
  }
}

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.${createIds(secureRandom).id()}`;
  try {
    await writeFile(draft, text, { mode, flag: "wx" });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

function secretsIn(directory: string): string {
  return join(directory, PRIVATE, "keys.pem");
}

/** The CA's certificate and key, the server's certificate and key. */
function parse(text: string): Kept | undefined {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n/g) ?? [];
  const [caCert, caKey, cert, key, ...more] = blocks;
  if (!caCert || !caKey || !cert || !key || more.length > 0) return undefined;
  return { authority: { cert: caCert, key: caKey }, server: { cert, key } };
}

function belongTogether({ authority, server }: Kept): boolean {
  try {
    const ca = new X509Certificate(authority.cert);
    const own = new X509Certificate(server.cert);
    return (
      ca.checkPrivateKey(createPrivateKey(authority.key)) &&
      own.checkPrivateKey(createPrivateKey(server.key)) &&
      own.checkIssued(ca) &&
      own.verify(ca.publicKey)
    );
  } catch {
    return false;
  }
}
