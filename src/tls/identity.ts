import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { flagOf } from "../config/options.ts";
import { listed } from "../config/problem.ts";
import { fromCertificate, toIso } from "../platform/calendar.ts";
import type { WallClock } from "../platform/capabilities.ts";
import { OperatorError } from "../platform/operator-error.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, DAY } from "../records/time.ts";
import type { Kept } from "./kept.ts";
import { alone, isPublished, readKept, refuseForeignFiles, writeKept } from "./kept.ts";
import type { Names, TlsOptions } from "./options.ts";
import { caFileIn, directoryOf, hostsOf } from "./options.ts";
import type { Certified } from "./own-files.ts";
import { isNamed, readOwnFiles } from "./own-files.ts";

/**
 * The certificate with which the server proves who it is: the operator's own, or one that is issued by a
 * local CA. The CA is made with the first start and kept.
 */

export interface Identity extends Certified {
  /** The names and addresses that the certificate is for. */
  readonly hosts: readonly string[];
  /** The CA that clients have to trust; undefined where the operator has a certificate of another. */
  readonly caFile: string | undefined;
  /** What the operator should be told about it, such as that a new CA has to be trusted. */
  readonly note: string | undefined;
}

/** A certificate that expires within this time is renewed at the start. */
const RENEWED_BEFORE: Seconds = 30 * DAY;

/**
 * @throws OperatorError when the operator's files cannot be used, or nothing can be kept
 */
export async function openIdentity(
  options: TlsOptions & Names,
  wall: WallClock,
): Promise<Identity> {
  const own = readOwnFiles(options, wall(), flagOf);
  if (own && "problems" in own) {
    throw new OperatorError(`https cannot be served:\n${listed(own.problems)}`);
  }
  if (own) return ownIdentity(own, options);
  const directory = directoryOf(options);
  if (directory === undefined) {
    const remedy = "Name one with --tls-dir (in the library: tls.dir).";
    throw new OperatorError(`There is no home directory to keep the local CA in. ${remedy}`);
  }
  return keptIdentity(resolve(directory), hostsOf(options), wall);
}

function ownIdentity(own: Certified, { tlsCert, tlsHosts = [] }: TlsOptions): Identity {
  try {
    createSecureContext(own);
  } catch (error) {
    const reason = (error as Error).message;
    throw new OperatorError(
      `OpenSSL refuses ${tlsCert}: ${reason}. Give a certificate, chain and key that it takes.`,
    );
  }
  const { subjectAltName = "" } = new X509Certificate(own.cert);
  const names = subjectAltName.split(", ").map((name) => name.replace(/^[^:]*:/, "").toLowerCase());
  // A wildcard may cover a host of --tls-hosts, which is then not among the names themselves.
  const hosts = [...new Set([...names.filter((name) => name !== ""), ...tlsHosts])];
  return { ...own, hosts, caFile: undefined, note: undefined };
}

/**
 * Uses the CA and the certificate in the directory, and replaces what is missing, expired or lacks one of the
 * hosts. A new CA is for the hosts of the old one as well, so that starts with different hosts can alternate
 * without a new CA each time.
 */
export async function keptIdentity(
  directory: string,
  hosts: readonly string[],
  wall: WallClock,
): Promise<Identity> {
  const before = await readKept(directory);
  if (isGood(before, hosts, wall()) && (await isPublished(directory, before))) {
    return identityOf(directory, before, hosts);
  }
  await refuseForeignFiles(directory);
  return alone(directory, wall, async () => {
    // Another process may have made or renewed them while this one waited.
    const found = await readKept(directory);
    const now = wall();
    const { kept, note } = isGood(found, hosts, now)
      ? { kept: found, note: undefined }
      : await renewed(directory, found, hosts, now);
    await writeKept(directory, kept);
    const told = note && `${note}: ${caFileIn(directory)}`;
    return { ...identityOf(directory, kept, hosts), note: told };
  });
}

function identityOf(directory: string, { server }: Kept, hosts: readonly string[]): Identity {
  return { ...server, hosts, caFile: caFileIn(directory), note: undefined };
}

function isGood(
  found: Kept | "damaged" | undefined,
  hosts: readonly string[],
  now: EpochSeconds,
): found is Kept {
  if (found === undefined || found === "damaged") return false;
  const certificate = new X509Certificate(found.server.cert);
  return lasts(certificate, now) && hosts.every((host) => isNamed(certificate, host));
}

/** Whether a certificate is valid now and does not have to be renewed soon. */
function lasts({ validFrom, validTo }: X509Certificate, now: EpochSeconds): boolean {
  return fromCertificate(validFrom) <= now && fromCertificate(validTo) > after(now, RENEWED_BEFORE);
}

/**
 * What is good in the place of what is not, and what is to be told of it.
 *
 * @throws OperatorError when the CA is not valid yet: it is kept, for the clock is more likely to be wrong
 */
async function renewed(
  directory: string,
  found: Kept | "damaged" | undefined,
  hosts: readonly string[],
  now: EpochSeconds,
): Promise<{ readonly kept: Kept; readonly note: string | undefined }> {
  const { makeAuthority, issueCertificate, namesOf, permittedBy } = await import("./issue.ts");
  const finish = async (authority: Certified, names: readonly string[], note?: string) => ({
    kept: { authority, server: await issueCertificate(authority, names, now) },
    note,
  });
  if (found === undefined || found === "damaged") {
    const note = found === undefined ? MADE : `the local CA was damaged; ${REPLACED}`;
    return await finish(await makeAuthority(hosts, now), hosts, note);
  }
  const ca = new X509Certificate(found.authority.cert);
  const begins = fromCertificate(ca.validFrom);
  if (begins > now) {
    throw new OperatorError(
      `The local CA in ${directory} is not valid before ${toIso(begins)}; look at this machine's clock. ` +
        "If the clock is right, remove ca.pem and private there, and a new CA is made.",
    );
  }
  const permitted = permittedBy(ca);
  const before = namesOf(new X509Certificate(found.server.cert));
  const all = [...new Set([...permitted, ...before, ...hosts])];
  const missing = hosts.filter((host) => !isPermitted(host, permitted));
  if (missing.length > 0) {
    const note = `the local CA cannot vouch for ${missing.join(", ")}; ${REPLACED}`;
    return await finish(await makeAuthority(all, now), all, note);
  }
  if (lasts(ca, now)) return await finish(found.authority, all);
  const note = `the local CA ends at ${toIso(fromCertificate(ca.validTo))}; ${REPLACED}`;
  return await finish(await makeAuthority(all, now), all, note);
}

const MADE = "a local CA was made; whoever calls https has to trust it";
const REPLACED =
  "a new one was made, which has to be trusted in its place, and other mocks that use it have to be restarted";

/**
 * A constraint for a name also permits its subdomains; one for an address permits that address alone
 * (RFC 5280 §4.2.1.10).
 */
function isPermitted(host: string, permitted: readonly string[]): boolean {
  return permitted.some((one) => host === one || (isIP(one) === 0 && host.endsWith(`.${one}`)));
}
