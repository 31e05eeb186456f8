import type { KeyObject } from "node:crypto";
import { createHash, createPrivateKey, generateKeyPair, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { fromCertificate, toDate } from "../platform/calendar.ts";
import { secureRandom } from "../platform/ids.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, DAY, epochSeconds, HOUR } from "../records/time.ts";
import type { Certified } from "./own-files.ts";

/**
 * Certificates as RFC 5280 has them. The library knows how they are written down; what is in them is
 * decided here, and Node signs. It takes long to load, so it is loaded for who makes a certificate.
 */

/** How long a CA lasts: it is put into trust stores by hand. */
const AUTHORITY_LASTS: Seconds = 3650 * DAY;

/** Apple's clients take no certificate of more than 398 days, others' none of more than 397. */
const CERTIFICATE_LASTS: Seconds = 396 * DAY;

/** Clocks differ a little, and who has just been given a certificate may believe it to be of the future. */
const EARLIER: Seconds = HOUR;

const ORGANIZATION = "2.5.4.10";
const COMMON_NAME = "2.5.4.3";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/**
 * A CA that can vouch for these names and addresses, what is below such a name, and nothing else. One
 * that was stolen is of no use against anybody's other connections.
 */
export async function makeAuthority(
  hosts: readonly string[],
  now: EpochSeconds,
): Promise<Certified> {
  const keys = await makeKeys();
  const serial = makeSerial();
  // Two CAs under one name would be taken for each other in a trust store.
  const subject = nameOf(`Local CA ${Buffer.from(serial).toString("hex", 0, 4)}, for tests only`);
  const begins = after(now, -EARLIER);
  const permitted = hosts.map((host) => new GeneralSubtree({ base: generalName(host, ALL_BITS) }));
  return certify(keys, {
    serial,
    subject,
    issuer: subject,
    signer: keys.privateKey,
    begins,
    ends: after(begins, AUTHORITY_LASTS),
    extensions: [
      critical(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
      critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign)),
      critical(
        id_ce_nameConstraints,
        new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) }),
      ),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(identify(keys.publicKey))),
    ],
  });
}

/** A server's certificate for these names and addresses. It ends with its CA, if not before. */
export async function issueCertificate(
  authority: Certified,
  hosts: readonly string[],
  now: EpochSeconds,
): Promise<Certified> {
  const keys = await makeKeys();
  const issuer = new X509Certificate(authority.cert);
  const begins = after(now, -EARLIER);
  const ends = Math.min(after(begins, CERTIFICATE_LASTS), fromCertificate(issuer.validTo));
  const issuerKey = new KeyIdentifier(identify(issuer.publicKey));
  return certify(keys, {
    serial: makeSerial(),
    subject: nameOf("vipps-login-mock"),
    issuer: decode(issuer).tbsCertificate.subject,
    signer: createPrivateKey(authority.key),
    begins,
    ends: epochSeconds(ends),
    extensions: [
      critical(id_ce_basicConstraints, new BasicConstraints()),
      critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature)),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(
        id_ce_subjectAltName,
        new SubjectAlternativeName(hosts.map((host) => generalName(host))),
      ),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(identify(keys.publicKey))),
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({ keyIdentifier: issuerKey }),
      ),
    ],
  });
}

/** The names and addresses that a CA of ours can vouch for. */
export function permittedBy(authority: X509Certificate): string[] {
  const value = extensionOf(authority, id_ce_nameConstraints);
  const subtrees = value && AsnConvert.parse(value, NameConstraints).permittedSubtrees;
  return (subtrees ?? []).flatMap(({ base }) => hostIn(base));
}

/** The names and addresses that a certificate is for. */
export function namesOf(certificate: X509Certificate): string[] {
  const value = extensionOf(certificate, id_ce_subjectAltName);
  return value ? AsnConvert.parse(value, SubjectAlternativeName).flatMap(hostIn) : [];
}

function extensionOf(certificate: X509Certificate, oid: string): ArrayBuffer | undefined {
  const { extensions = [] } = decode(certificate).tbsCertificate;
  return extensions.find(({ extnID }) => extnID === oid)?.extnValue.buffer;
}

function decode({ raw }: X509Certificate): Certificate {
  return AsnConvert.parse(raw, Certificate);
}

function hostIn({ dNSName, iPAddress }: GeneralName): string[] {
  const host = dNSName ?? iPAddress?.replace(/\/\d+$/, "");
  return host === undefined ? [] : [host];
}

/** In a constraint an address stands with its mask: all its bits count. */
function generalName(host: string, masks: readonly string[] = ["", ""]): GeneralName {
  const version = isIP(host);
  if (version === 0) return new GeneralName({ dNSName: host });
  return new GeneralName({ iPAddress: `${host}${version === 4 ? masks[0] : masks[1]}` });
}

const ALL_BITS = ["/32", "/128"];

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** What is in a certificate beside its key. */
interface Content {
  readonly serial: ArrayBuffer;
  readonly subject: Name;
  readonly issuer: Name;
  readonly signer: KeyObject;
  readonly begins: EpochSeconds;
  readonly ends: EpochSeconds;
  readonly extensions: Extension[];
}

async function certify({ publicKey, privateKey }: Keys, content: Content): Promise<Certified> {
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: content.serial,
    signature: signatureAlgorithm,
    issuer: content.issuer,
    validity: new Validity({
      notBefore: toDate(content.begins),
      notAfter: toDate(content.ends),
    }),
    subject: content.subject,
    subjectPublicKeyInfo: infoOf(publicKey),
    extensions: new Extensions(content.extensions),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signature = await signInPool("sha256", signed, content.signer);
  const signatureValue = bytesOf(signature);
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue });
  return {
    cert: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const signInPool = promisify(sign);

/** P-256 is what every client knows, and is made in a millisecond. */
function makeKeys(): Promise<Keys> {
  return promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
}

/** A positive number of 16 bytes, none of which is left out. */
function makeSerial(): ArrayBuffer {
  const serial = new Uint8Array(secureRandom(16));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial.buffer;
}

function nameOf(commonName: string): Name {
  const part = (type: string, text: string) =>
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) }),
    ]);
  return new Name([part(ORGANIZATION, "vipps-login-mock"), part(COMMON_NAME, commonName)]);
}

function infoOf(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
}

/** By which of a CA's certificates another was signed (RFC 7093 §2, method 1). */
function identify(key: KeyObject): Uint8Array<ArrayBuffer> {
  const { subjectPublicKey } = infoOf(key);
  return new Uint8Array(
    createHash("sha256").update(Buffer.from(subjectPublicKey)).digest().subarray(0, 20),
  );
}

function bytesOf(buffer: Uint8Array): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}

function extension(extnID: string, value: unknown): Extension {
  return new Extension({ extnID, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function critical(extnID: string, value: unknown): Extension {
  return Object.assign(extension(extnID, value), { critical: true });
}
