import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseArguments } from "../../src/cli/arguments.ts";
import { flagOf, OPTION_NAMES } from "../../src/config/options.ts";
import { temporaryDirectory } from "../support/certificates.ts";
import { runMock, runProgram } from "../support/program.ts";

/** The examples of docs/https.md, run as they are printed; only place and port are others. */

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/https.md", import.meta.url)), "utf8");

/** The block of code behind a marker. */
function block(marker: string): string {
  const start = PAGE.indexOf(`<!-- ${marker} -->\n\`\`\``);
  if (start < 0) throw new Error(`docs/https.md has no ${marker}`);
  return /```\w+\n(.*?)```/s.exec(PAGE.slice(start))?.[1] ?? "";
}

const isThere = (program: string) =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));

describe("docs/https.md", async () => {
  const home = await temporaryDirectory();
  const dir = join(home, ".local/share/vipps-login-mock/tls");
  const mock = runMock(["--port", "0", "--tls", "--tls-dir", dir, "--json"], { cwd: "/" });
  afterAll(() => mock.child.kill("SIGKILL"));

  async function play(script: string) {
    const { tls } = JSON.parse(await mock.firstLine);
    await mkdir(join(home, "work"), { recursive: true });
    const text = `${block("trust: begin")}\n${script}`.replaceAll(
      "https://localhost:4748",
      tls.url,
    );
    const env = { ...process.env, HOME: home };
    const options = { cwd: join(home, "work"), env };
    return { tls, ...(await runProgram("sh", ["-ec", text], options).ended) };
  }

  for (const program of ["curl", "node", "python3"]) {
    it.skipIf(!isThere(program))(`reaches the mock with ${program}`, async () => {
      const { code, out, err, tls } = await play(block(`trust: ${program}`));
      expect([code, err]).toEqual([0, ""]);
      expect(JSON.parse(out)).toMatchObject({ issuer: tls.issuer });
    });
  }

  for (const program of ["keytool", "certutil"]) {
    it.skipIf(!isThere(program))(`has the CA trusted by ${program}`, async () => {
      expect((await play(block(`trust: ${program}`))).code).toBe(0);
    });
  }

  it("names every option of https", () => {
    const options = OPTION_NAMES.filter((name) => name.startsWith("tls"));
    expect(options.filter((name) => !PAGE.includes(`\`${flagOf(name)}`))).toEqual([]);
  });

  it("shows a Compose file whose options exist, and whose volume is where the image keeps the CA", () => {
    const { services } = parse(block("file: deploy/https/compose.yaml"), { merge: true });
    expect(parseArguments([], services.vipps.environment)).toMatchObject({
      options: { tlsPort: 443, tlsHosts: services.vipps.networks.default.aliases },
    });
    const image = readFileSync(fileURLToPath(new URL("../../Dockerfile", import.meta.url)), "utf8");
    const kept = /^ENV VIPPS_LOGIN_MOCK_TLS_DIR=(.*)$/m.exec(image)?.[1];
    expect(services.vipps.volumes).toEqual([`vipps-tls:${kept}`]);
    expect(services.shop.environment.NODE_EXTRA_CA_CERTS).toBe(`${kept}/ca.pem`);
  });
});
