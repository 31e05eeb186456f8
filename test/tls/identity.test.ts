import { X509Certificate } from "node:crypto";
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { fromCertificate, toIso } from "../../src/platform/calendar.ts";
import { systemWallClock } from "../../src/platform/clock.ts";
import { OperatorError } from "../../src/platform/operator-error.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { DAY, HOUR, after as later } from "../../src/records/time.ts";
import type { Identity } from "../../src/tls/identity.ts";
import { keptIdentity, openIdentity } from "../../src/tls/identity.ts";
import { namesOf, permittedBy } from "../../src/tls/issue.ts";
import { temporaryDirectory } from "../support/certificates.ts";
import { optionsOf } from "../support/command.ts";

/** The CA that is made once, and the certificate that it issues. */

const LOCAL = ["localhost", "127.0.0.1", "::1"];
const NOW = systemWallClock();
const root = await temporaryDirectory();

let directory: string;
let count = 0;
beforeEach(() => {
  directory = join(root, `case-${++count}`);
});

const open = (hosts: readonly string[] = LOCAL, now: EpochSeconds = NOW) =>
  keptIdentity(directory, hosts, () => now);

const caOf = async () => new X509Certificate(await readFile(join(directory, "ca.pem")));
const certificateOf = ({ cert }: Pick<Identity, "cert">) => new X509Certificate(cert);
const kept = () => readFile(secrets(), "utf8");
const secrets = () => join(directory, "private/keys.pem");
const endOf = ({ validTo }: X509Certificate) => fromCertificate(validTo);
const beginningOf = ({ validFrom }: X509Certificate) => fromCertificate(validFrom);

describe("the local CA", () => {
  it("is made at the first start, and told", async () => {
    const identity = await open();
    expect(identity.caFile).toBe(join(directory, "ca.pem"));
    expect(identity.note).toBe(
      `a local CA was made; whoever calls https has to trust it: ${identity.caFile}`,
    );
    const [ca, certificate] = [await caOf(), certificateOf(identity)];
    expect(ca.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(namesOf(certificate)).toEqual(LOCAL);
    expect(permittedBy(ca)).toEqual(LOCAL);
    expect(certificate.checkIP("::1")).toBe("::1");
  });

  it("lasts ten years, the certificate 397 days at most, and both are valid at once", async () => {
    const certificate = certificateOf(await open());
    const ca = await caOf();
    expect([beginningOf(ca), beginningOf(certificate)]).toEqual([NOW - HOUR, NOW - HOUR]);
    expect(endOf(ca) - beginningOf(ca)).toBe(3650 * DAY);
    expect(endOf(certificate) - beginningOf(certificate)).toBeLessThanOrEqual(397 * DAY);
    expect(endOf(certificate) - beginningOf(certificate)).toBeGreaterThan(390 * DAY);
  });

  it("has a key that its owner alone can read, and a certificate that everybody can", async () => {
    await open();
    const mode = async (path: string) => (await stat(path)).mode & 0o777;
    expect(await mode(secrets())).toBe(0o600);
    expect(await mode(join(directory, "private"))).toBe(0o700);
    expect(await mode(join(directory, "ca.pem"))).toBe(0o644);
    expect(await readFile(join(directory, "ca.pem"), "utf8")).not.toContain("PRIVATE");
    // Nothing is left of the writing.
    expect(await readdir(join(directory, "private"))).toEqual(["keys.pem"]);
    expect((await readdir(directory)).sort()).toEqual(["ca.pem", "private"]);
  });

  it("keeps its directory to itself even where it was open before", async () => {
    await mkdir(join(directory, "private"), { recursive: true });
    await chmod(join(directory, "private"), 0o777);
    await open();
    expect((await stat(join(directory, "private"))).mode & 0o777).toBe(0o700);
  });

  it("stays, and so does the certificate", async () => {
    const first = await open();
    const second = await open();
    expect(second).toEqual({ ...first, note: undefined });
    const fewer = await open(["localhost"]);
    expect(fewer.cert).toBe(first.cert);
  });

  it.each([
    [30 * DAY + 1, true],
    [30 * DAY, false],
  ])("%i seconds before its end the certificate is the same: %s", async (left, same) => {
    const first = await open();
    const ca = await readFile(join(directory, "ca.pem"), "utf8");
    const renewed = await open(LOCAL, later(endOf(certificateOf(first)), -left));
    expect(renewed.cert === first.cert).toBe(same);
    expect(renewed.note).toBeUndefined();
    expect(await readFile(join(directory, "ca.pem"), "utf8")).toBe(ca);
  });

  it("issues no certificate that outlives it", async () => {
    await open();
    const last = certificateOf(await open(LOCAL, later(NOW, 3400 * DAY)));
    expect(endOf(last)).toBe(endOf(await caOf()));
  });

  it("gives way to a new one when it is about to end, which is told", async () => {
    await open();
    const before = await caOf();
    const { note } = await open(LOCAL, later(NOW, 3630 * DAY));
    expect(note).toMatch(
      /^the local CA ends at 20\d\d-\S+; a new one was made, which has to be trusted/,
    );
    expect((await caOf()).subject).not.toBe(before.subject);
  });

  it("stays where the machine's clock is behind its beginning, which is told", async () => {
    await open();
    const [ca, keys] = [await readFile(join(directory, "ca.pem"), "utf8"), await kept()];
    const early = open([...LOCAL, "api.vipps.no"], later(NOW, -HOUR - 1));
    await expect(early).rejects.toThrow(OperatorError);
    await expect(early).rejects.toThrow(
      `The local CA in ${directory} is not valid before ${toIso(later(NOW, -HOUR))}; look at this ` +
        "machine's clock. If the clock is right, remove ca.pem and private there, and a new CA is made.",
    );
    expect([await readFile(join(directory, "ca.pem"), "utf8"), await kept()]).toEqual([ca, keys]);
    expect((await open(LOCAL, later(NOW, -HOUR))).note).toBeUndefined();
  });

  it("gives way to one that can vouch for a new name too, which is told", async () => {
    await open();
    const before = await caOf();
    const identity = await open([...LOCAL, "api.vipps.no", "10.0.2.2"]);
    const ca = await caOf();
    expect(identity.note).toBe(
      "the local CA cannot vouch for api.vipps.no, 10.0.2.2; a new one was made, which has to be trusted " +
        `in its place, and other mocks that use it have to be restarted: ${identity.caFile}`,
    );
    expect(ca.subject).not.toBe(before.subject);
    expect(permittedBy(ca)).toEqual([...LOCAL, "api.vipps.no", "10.0.2.2"]);
    expect(namesOf(certificateOf(identity))).toEqual(permittedBy(ca));
  });

  it("keeps the names of the one before, so that two ways to start can alternate", async () => {
    await open([...LOCAL, "one.test"]);
    const both = await open([...LOCAL, "two.test"]);
    expect(both.note).toContain("cannot vouch for two.test");
    expect(await open([...LOCAL, "one.test"])).toMatchObject({ cert: both.cert, note: undefined });
    expect(await open([...LOCAL, "two.test"])).toMatchObject({ cert: both.cert, note: undefined });
  });

  it("vouches for what is below its names without being made anew", async () => {
    const first = await open();
    const identity = await open([...LOCAL, "shop.localhost"]);
    expect(identity.note).toBeUndefined();
    expect(identity.cert).not.toBe(first.cert);
    expect(namesOf(certificateOf(identity))).toEqual([...LOCAL, "shop.localhost"]);
  });

  it.each<[string, (own: string, foreign: string) => string]>([
    ["half of the file", (own) => own.slice(0, own.length / 2)],
    ["nothing", () => ""],
    [
      "a certificate that another CA has issued",
      (own, foreign) => [...blocksOf(own).slice(0, 2), ...blocksOf(foreign).slice(2)].join(""),
    ],
  ])("is made anew where what was kept is %s, which is told", async (_, damage) => {
    const first = await open();
    const elsewhere = join(root, `elsewhere-${count}`);
    await keptIdentity(elsewhere, LOCAL, () => NOW);
    const foreign = await readFile(join(elsewhere, "private/keys.pem"), "utf8");
    await writeFile(secrets(), damage(await readFile(secrets(), "utf8"), foreign));
    const identity = await open();
    expect(identity.note).toMatch(/^the local CA was damaged; a new one was made/);
    expect(identity.cert).not.toBe(first.cert);
    expect(certificateOf(identity).verify((await caOf()).publicKey)).toBe(true);
  });

  it("publishes its certificate again where it was lost or changed", async () => {
    await open();
    const ca = await readFile(join(directory, "ca.pem"), "utf8");
    await writeFile(join(directory, "ca.pem"), "something else");
    expect((await open()).note).toBeUndefined();
    expect(await readFile(join(directory, "ca.pem"), "utf8")).toBe(ca);
  });

  it.each(["ca.pem", "private/theirs.key"])("leaves %s of somebody else alone", async (name) => {
    await mkdir(join(directory, "private"), { recursive: true, mode: 0o755 });
    await writeFile(join(directory, name), "theirs");
    const message = await open().catch((error: Error) => error.message);
    expect(message).toContain(join(directory, name));
    expect(message).toContain("Give another directory with --tls-dir");
    expect(await readFile(join(directory, name), "utf8")).toBe("theirs");
    expect((await stat(join(directory, "private"))).mode & 0o777).toBe(0o755);
    expect(await readdir(directory)).toEqual(
      name === "ca.pem" ? ["ca.pem", "private"] : ["private"],
    );
  });

  it("is the same for all that start at once", async () => {
    const identities = await Promise.all(Array.from({ length: 12 }, () => open()));
    expect(new Set(identities.map(({ cert }) => cert)).size).toBe(1);
    expect(identities.filter(({ note }) => note !== undefined)).toHaveLength(1);
    const ca = await caOf();
    expect(certificateOf(identities[0] as Identity).verify(ca.publicKey)).toBe(true);
    expect(await readdir(join(directory, "private"))).toEqual(["keys.pem"]);
  });

  it("has the names of all that start at once", async () => {
    const hosts = Array.from({ length: 5 }, (_, index) => `host-${index}.test`);
    await Promise.all(hosts.map((host) => open([...LOCAL, host])));
    expect(permittedBy(await caOf()).sort()).toEqual([...LOCAL, ...hosts].sort());
  });

  it("does not wait for a process that was killed while it wrote", async () => {
    const lock = join(directory, "private/lock");
    await mkdir(join(directory, "private"), { recursive: true });
    await writeFile(lock, "");
    await utimes(lock, NOW - 60, NOW - 60);
    expect((await open()).note).toContain("a local CA was made");
  });

  it("says what to do where nothing can be kept", async () => {
    await writeFile(directory, "a file");
    await expect(open()).rejects.toThrow(
      /^The local CA cannot be kept in .*case-\d+: .*(EEXIST|ENOTDIR).*--tls-dir/,
    );
  });
});

describe("openIdentity", () => {
  it("takes names from where it listens, from the public URL and from --tls-hosts", async () => {
    const argv = ["--tls-dir", directory, "--host", "192.0.2.7"];
    argv.push("--public-url", "https://Vipps.Example.com/base", "--tls-hosts", "api.vipps.no");
    const { hosts } = await openIdentity(optionsOf("--tls", ...argv), systemWallClock);
    expect(hosts).toEqual([...LOCAL, "192.0.2.7", "vipps.example.com", "api.vipps.no"]);
  });

  it.each(["0.0.0.0", "::"])("takes none from %s, which nobody calls", async (host) => {
    const options = optionsOf("--tls", "--tls-dir", directory, "--host", host);
    expect((await openIdentity(options, systemWallClock)).hosts).toEqual(LOCAL);
  });
});

/** The blocks of a PEM file. */
function blocksOf(text: string): string[] {
  return text.split(/(?<=-----END [A-Z ]+-----\n)/);
}
