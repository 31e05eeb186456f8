import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { flagOf } from "../../src/config/options.ts";
import { listed } from "../../src/config/problem.ts";
import { toIso } from "../../src/platform/calendar.ts";
import { systemWallClock } from "../../src/platform/clock.ts";
import { DAY, HOUR, after as later } from "../../src/records/time.ts";
import { openIdentity } from "../../src/tls/identity.ts";
import { findTlsProblems, readOwnFiles } from "../../src/tls/own-files.ts";
import { certificateFiles, temporaryDirectory } from "../support/certificates.ts";
import { optionsOf } from "../support/command.ts";

/** A certificate and a key that somebody brings along, and all that may be wrong with them. */

const NOW = systemWallClock();
const directory = await temporaryDirectory();
const { ca, cert, key } = await certificateFiles(directory, ["localhost", "127.0.0.1"]);
const pem = await readFile(key, "utf8");

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** What is wrong, as the command line tells it. */
function problems(argv: readonly string[], now = NOW): string {
  return listed(findTlsProblems(optionsOf(...argv), now, flagOf)).replaceAll(`${directory}/`, "");
}

const both = (cert: string, key: string) => ["--tls-cert", cert, "--tls-key", key];

describe("a certificate with its key", () => {
  it("is taken as it is, with those that follow it", async () => {
    const [own, theirs] = [await readFile(cert, "utf8"), await readFile(ca, "utf8")];
    const chain = await file("chain.pem", own + theirs);
    expect(problems(both(chain, key))).toBe("");
    const options = optionsOf(...both(chain, key));
    expect(readOwnFiles(options, NOW, flagOf)).toEqual({
      cert: await readFile(chain, "utf8"),
      key: pem,
    });
    const identity = await openIdentity(options, systemWallClock);
    expect(identity).toMatchObject({ hosts: ["localhost", "127.0.0.1"], caFile: undefined });
  });

  it("is none of the mock's business where none is named", () => {
    expect(problems(["--tls"])).toBe("");
  });

  it.each<[string, () => Promise<readonly string[]>, string]>([
    [
      "without its key",
      async () => ["--tls-cert", cert],
      "  --tls-cert: needs --tls-key, the file of its other half",
    ],
    [
      "without its certificate",
      async () => ["--tls-key", key],
      "  --tls-key: needs --tls-cert, the file of its other half",
    ],
    [
      "that is not there",
      async () => both(join(directory, "none.pem"), join(directory, "no-key.pem")),
      "  --tls-cert: none.pem: there is no such file; check the path\n" +
        "  --tls-key: no-key.pem: there is no such file; check the path",
    ],
    [
      "that is a directory",
      async () => {
        await mkdir(join(directory, "folder"), { recursive: true });
        return both(join(directory, "folder"), key);
      },
      "  --tls-cert: folder: it is a directory; name the file in it",
    ],
    [
      "that was confused with its key",
      async () => both(key, cert),
      "  --tls-cert: their-key.pem: it has a private key and no certificate; the two files may have been confused\n" +
        "  --tls-key: their-cert.pem: it has no private key; the two files may have been confused",
    ],
    [
      "in DER",
      async () =>
        both(
          await file("cert.der", new X509Certificate(await readFile(cert)).raw),
          await file("key.der", createPrivateKey(pem).export({ type: "pkcs8", format: "der" })),
        ),
      "  --tls-cert: cert.der: it is no certificate in PEM; convert one in DER with `openssl x509 -inform der -in FILE -out cert.pem`\n" +
        "  --tls-key: key.der: it is no private key in PEM; convert one in DER with `openssl pkey -inform der -in FILE -out key.pem`",
    ],
    [
      "that is damaged",
      async () => {
        const damage = async (path: string) =>
          (await readFile(path, "utf8")).replace(/\nM.{40}/, "\n");
        return both(
          await file("damaged-cert.pem", await damage(cert)),
          await file("damaged-key.pem", await damage(key)),
        );
      },
      "  --tls-cert: damaged-cert.pem: its certificate is damaged; copy it once more, from BEGIN to END\n" +
        "  --tls-key: damaged-key.pem: its private key is damaged; copy it once more, from BEGIN to END",
    ],
    [
      "whose key is encrypted",
      async () => {
        const cipher = { cipher: "aes-256-cbc", passphrase: "secret" };
        const encrypted = createPrivateKey(pem).export({ type: "pkcs8", format: "pem", ...cipher });
        return both(cert, await file("encrypted.pem", String(encrypted)));
      },
      "  --tls-key: encrypted.pem: it is encrypted; decrypt it with `openssl pkey -in FILE -out key.pem`",
    ],
    [
      "whose key is another's",
      async () => {
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const other = privateKey.export({ type: "pkcs8", format: "pem" });
        return both(cert, await file("other-key.pem", String(other)));
      },
      "  --tls-key: other-key.pem: is not the key of the certificate in their-cert.pem; give the one that it was made with",
    ],
    [
      "that has not one of the names asked for",
      async () => [...both(cert, key), "--tls-hosts", "localhost,api.vipps.no,127.0.0.2"],
      '  --tls-hosts: "api.vipps.no" is not among the names of their-cert.pem (DNS:localhost, IP Address:127.0.0.1); leave it out, or give a certificate that has it\n' +
        '  --tls-hosts: "127.0.0.2" is not among the names of their-cert.pem (DNS:localhost, IP Address:127.0.0.1); leave it out, or give a certificate that has it',
    ],
  ])("%s is refused", async (_, argv, told) => {
    expect(problems(await argv())).toBe(told);
  });

  it.each([
    [-HOUR, ""],
    [-HOUR - 1, "it is not valid before"],
    [396 * DAY - HOUR - 1, ""],
    [396 * DAY - HOUR, "it expired at"],
  ])("is good %i seconds from now, or told to be not: %s", (seconds, told) => {
    const at = later(NOW, seconds);
    const said = problems(both(cert, key), at);
    if (told === "") expect(said).toBe("");
    else expect(said).toContain(`  --tls-cert: their-cert.pem: ${told}`);
  });

  it("says when it expired", () => {
    const end = later(NOW, 396 * DAY - HOUR);
    expect(problems(both(cert, key), end)).toContain(`it expired at ${toIso(end)}; renew it`);
  });
});
