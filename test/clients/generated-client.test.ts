import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { runProgram } from "../support/program.ts";
import { generateSource } from "./oazapfts.js";

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A client of the control API that a generator makes, which we did not write. */
describe("a client generated from the control API's description", () => {
  let mock: Mock;
  let folder: string;
  beforeAll(async () => {
    mock = await startMock();
    folder = await mkdtemp(join(tmpdir(), "vipps-login-mock-client-"));
    // The runtime of the client, and its types.
    await symlink(fromRoot("node_modules"), join(folder, "node_modules"));
    const { body } = await call(mock, "GET", "/openapi.json");
    await write("openapi.json", JSON.stringify(body));
    await write("package.json", '{"type":"module"}');
    await write("client.ts", await generateSource(join(folder, "openapi.json")));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await mock.close();
  });

  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  /** What the compiler complains about when somebody uses the client so. */
  async function compile(lines: readonly string[]): Promise<string> {
    await write("program.ts", ['import * as mock from "./client.ts";', ...lines].join("\n"));
    const compiler = fromRoot("node_modules/typescript/bin/tsc");
    const options = "--noEmit --strict --target es2023 --lib es2023,dom --module nodenext";
    const more = "--allowImportingTsExtensions --skipLibCheck --types node --pretty false";
    const argv = [compiler, ...`${options} ${more}`.split(" "), "program.ts"];
    const { out } = await runProgram(process.execPath, argv, { cwd: folder }).ended;
    return out;
  }

  it("compiles, and so does a program that uses it as it is meant", async () => {
    const complaints = await compile([
      'const made = await mock.createSandbox({ id: "checkout-7", ttl: "30m" });',
      "if (made.status === 201) made.data.salesUnits[0]?.clientId satisfies string | undefined;",
      'const ada = await mock.updateUser("ada", { status: "no_app" });',
      "if (ada.status === 200) ada.data.birthDate satisfies string;",
      "if (ada.status === 409) ada.data.detail satisfies string;",
      "const page = await mock.listUsers({ limit: 2 });",
      "if (page.status === 200) page.data.next satisfies string | undefined;",
      'await mock.updateClock({ advance: "168h" });',
      "await mock.updateClock({ advance: 604800 });",
      "await mock.updateSettings({ autoLogin: null, rules: { minimumAge: 15 } });",
      'await mock.revokeConsents({ user: "ada" });',
      'await mock.listRequests({ refused: true, wait: "10s", status: 400 });',
      "await mock.listRequests({ wait: 0.7 });",
      "await mock.countRequests({ refused: false });",
      "await mock.listScenarios({ unused: true });",
      "await mock.createUser();",
    ]);
    expect(complaints).toBe("");
  });

  it("lets nothing compile that the API does not take or answer", async () => {
    const mistakes = [
      ['await mock.updateUser("ada", { state: "no_app" });', "'state' does not exist"],
      ['await mock.updateUser("ada", { status: "gone" });', "'\"gone\"' is not assignable"],
      ["await mock.updateClock({ freeze: 1 });", "'number' is not assignable to type 'boolean"],
      ['await mock.createSalesUnit({ name: "Shop" });', "'redirectUris' is missing"],
      ["await mock.listUsers({ limt: 2 });", "'limt' does not exist"],
      ["(await mock.getClock()).data.time;", "'time' does not exist"],
    ] as const;
    const complaints = (await compile(mistakes.map(([line]) => line))).match(/^\S.*/gm) ?? [];
    expect(complaints).toHaveLength(mistakes.length);
    for (const [index, [, told]] of mistakes.entries()) {
      // The first line of the program is its import.
      expect(complaints[index]).toMatch(new RegExp(`^program\\.ts\\(${index + 2},`));
      expect(complaints[index]).toContain(told);
    }
  });

  it("works", async () => {
    const client = await import(/* @vite-ignore */ pathToFileURL(join(folder, "client.ts")).href);
    client.defaults.fetch = async (url: string, init: RequestInit) => {
      const { pathname, search, host } = new URL(url);
      const response = await mock.app.inject({
        method: (init.method ?? "GET") as "GET",
        url: `${pathname}${search}`,
        headers: { ...Object.fromEntries(new Headers(init.headers)), host },
        ...(typeof init.body === "string" && { payload: init.body }),
      });
      const headers = { "content-type": String(response.headers["content-type"]) };
      return new Response(response.body || null, { status: response.statusCode, headers });
    };
    expect(await client.updateUser("ada", { status: "no_app" })).toMatchObject({
      status: 200,
      data: { id: "ada", status: "no_app" },
    });
    expect(await client.listUsers({ limit: 1 })).toMatchObject({ data: { next: "ada" } });
    expect(await client.getUser("adda")).toMatchObject({
      status: 404,
      data: { detail: expect.stringContaining('did you mean "ada"?') },
    });
  });
});
