import type { KeyObject } from "node:crypto";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { Problem } from "../config/problem.ts";
import { quoted } from "../config/problem.ts";
import { fromCertificate, toIso } from "../platform/calendar.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { TlsOptions } from "./options.ts";

/**
 * A certificate and a key that somebody brings along. They are read at once with the options, so that
 * what is wrong with them is told together with all else that is wrong.
 */

/** A certificate with its key, as PEM. */
export interface Certified {
  /** Those that the certificate needs up to its CA may follow it. */
  readonly cert: string;
  readonly key: string;
}

/** An option by the name that it has for whoever gave it: `--tls-cert`, `tls.cert`. */
type Names = (option: "tlsCert" | "tlsKey" | "tlsHosts") => string;

/**
 * @param now the real time, by which a certificate may have expired
 * @param nameOf what the options are called
 * @returns what is wrong, or nothing
 */
export function findTlsProblems(options: TlsOptions, now: EpochSeconds, nameOf: Names): Problem[] {
  const found = readOwnFiles(options, now, nameOf);
  return found && "problems" in found ? [...found.problems] : [];
}

/** Both files; undefined where none is named. */
export function readOwnFiles(
  { tlsCert, tlsKey, tlsHosts = [] }: TlsOptions,
  now: EpochSeconds,
  nameOf: Names,
): Certified | { readonly problems: readonly Problem[] } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  const problems: Problem[] = [];
  const complain = (option: Parameters<Names>[0], value: string | undefined, message: string) => {
    const problem = { path: nameOf(option), message };
    problems.push(value === undefined ? problem : { ...problem, value });
  };
  if (tlsCert === undefined || tlsKey === undefined) {
    const [there, missing] = tlsCert === undefined ? NEEDS_CERT : NEEDS_KEY;
    complain(there, tlsCert ?? tlsKey, `needs ${nameOf(missing)}, the file of its other half`);
  }
  const refuseCert: Refuse = (problem) => complain("tlsCert", tlsCert, `${tlsCert}: ${problem}`);
  const refuseKey: Refuse = (problem) => complain("tlsKey", tlsKey, `${tlsKey}: ${problem}`);
  const cert = tlsCert === undefined ? undefined : readText(tlsCert, refuseCert);
  const key = tlsKey === undefined ? undefined : readText(tlsKey, refuseKey);
  const certificate = cert === undefined ? undefined : readCertificate(cert, now, refuseCert);
  const privateKey = key === undefined ? undefined : readKey(key, refuseKey);
  if (certificate && privateKey && !certificate.checkPrivateKey(privateKey)) {
    refuseKey(
      `is not the key of the certificate in ${tlsCert}; give the one that it was made with`,
    );
  }
  for (const host of certificate ? tlsHosts : []) {
    if (!certificate || isNamed(certificate, host)) continue;
    const names = certificate.subjectAltName ?? "none";
    const message = `${quoted(host)} is not among the names of ${tlsCert} (${names})`;
    complain("tlsHosts", host, `${message}; leave it out, or give a certificate that has it`);
  }
  if (problems.length > 0 || cert === undefined || key === undefined) return { problems };
  return { cert, key };
}

const NEEDS_KEY = ["tlsCert", "tlsKey"] as const;
const NEEDS_CERT = ["tlsKey", "tlsCert"] as const;

/** Whether clients that call the host take the certificate for its own. */
export function isNamed(certificate: X509Certificate, host: string): boolean {
  const found =
    isIP(host) === 0
      ? certificate.checkHost(host, { subject: "never" })
      : certificate.checkIP(host);
  return found !== undefined;
}

/** Is told what is wrong with a file. */
type Refuse = (problem: string) => void;

function readText(file: string, refuse: Refuse): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") refuse("there is no such file; check the path");
    else if (code === "EISDIR") refuse("it is a directory; name the file in it");
    else refuse(`it cannot be read (${code}); check its permissions`);
    return undefined;
  }
}

function readCertificate(
  text: string,
  now: EpochSeconds,
  refuse: Refuse,
): X509Certificate | undefined {
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    refuse(
      text.includes("PRIVATE KEY-----")
        ? "it has a private key and no certificate; the two files may have been confused"
        : "it is no certificate in PEM; convert one in DER with `openssl x509 -inform der -in FILE -out cert.pem`",
    );
    return undefined;
  }
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(text);
  } catch {
    refuse("its certificate is damaged; copy it once more, from BEGIN to END");
    return undefined;
  }
  const ends = fromCertificate(certificate.validTo);
  const begins = fromCertificate(certificate.validFrom);
  if (ends <= now) refuse(`it expired at ${toIso(ends)}; renew it`);
  if (begins > now) refuse(`it is not valid before ${toIso(begins)}; look at this machine's clock`);
  return certificate;
}

function readKey(text: string, refuse: Refuse): KeyObject | undefined {
  if (text.includes("ENCRYPTED")) {
    refuse("it is encrypted; decrypt it with `openssl pkey -in FILE -out key.pem`");
    return undefined;
  }
  if (!text.includes("PRIVATE KEY-----")) {
    refuse(
      /-----BEGIN .*(PUBLIC KEY|CERTIFICATE)-----/.test(text)
        ? "it has no private key; the two files may have been confused"
        : "it is no private key in PEM; convert one in DER with `openssl pkey -inform der -in FILE -out key.pem`",
    );
    return undefined;
  }
  try {
    return createPrivateKey(text);
  } catch {
    refuse("its private key is damaged; copy it once more, from BEGIN to END");
    return undefined;
  }
}
