import { afterAll, beforeAll, expect, it } from "vitest";
import { openCarelessShop } from "../../examples/vitest/src/careless-shop.ts";
import type { Shop } from "../../examples/vitest/src/shop.ts";
import { openShop } from "../../examples/vitest/src/shop.ts";
import type { Sandbox, VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import { MAIN, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { block, PAGES, ROOT } from "./pages.ts";

/** The examples of docs/go-live.md, run as they are printed, but for addresses and the text of the page. */

let vipps: VippsLoginMock;
beforeAll(async () => {
  vipps = await startVippsLoginMock();
});
afterAll(() => vipps.close());

const open: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of open) await close();
});

/** An application at a sandbox of its own, and an example for the two. */
async function at(openOne: () => Promise<Shop>): Promise<(example: string) => string> {
  const box: Sandbox = await vipps.createSandbox();
  const shop = await openOne();
  open.push(() => shop.close());
  const redirectUris = [`${shop.url}/callback`];
  const { clientId, clientSecret } = await box.addSalesUnit({ name: "Shop", redirectUris });
  await shop.configure({ issuer: box.issuer, clientId, clientSecret });
  return (example) =>
    example
      .replaceAll("http://localhost:4747", box.url)
      .replaceAll("http://localhost:3000", shop.url)
      .replaceAll("10000000-0000-4000-8000-000000000001", clientId)
      .replaceAll("Log out", "Hello, ")
      .replaceAll("npx vipps-login-mock", `'${process.execPath}' '${MAIN}'`);
}

const run = (command: string, ...argv: string[]) => runProgram(command, argv, { cwd: ROOT }).ended;

const TIMEOUT = 120_000;

it("has the command of the README", () => {
  const readme = PAGES.find(({ path }) => path === "README.md");
  expect(readme?.text).toContain(block("example: check.sh"));
});

it.concurrent(
  "check.sh passes a careful shop",
  async () => {
    const here = await at(openShop);
    const { code, out } = await run("sh", "-ec", here(block("example: check.sh")));
    expect([code, out]).toEqual([0, expect.stringContaining("Ready as far as probes show it")]);
  },
  TIMEOUT,
);

it.concurrent(
  "check.sh shows of a careless one what is printed",
  async () => {
    const here = await at(openCarelessShop);
    const { code, out } = await run("sh", "-ec", here(block("example: check.sh")));
    const [title = "", ...shown] = block("output: check.sh").trimEnd().split("\n");
    expect(code).toBe(1);
    expect(out).toContain(`\n${title}\n`);
    expect(out).toContain(shown.join("\n"));
  },
  TIMEOUT,
);

it.concurrent(
  "check.py drives the logins in Python",
  async () => {
    const here = await at(openShop);
    const { code, out, err } = await run(
      "/usr/bin/python3",
      "-c",
      here(block("example: check.py")),
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Probes of Shop, .*: Ready as far as probes show it/);
  },
  TIMEOUT,
);

it.concurrent(
  "check-curl.sh drives them with curl",
  async () => {
    const here = await at(openShop);
    const { code, out } = await run("sh", "-ec", here(block("example: check-curl.sh")));
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('tests="37" failures="0" skipped="10"'),
    ]);
  },
  TIMEOUT,
);

it.concurrent(
  "check.test.ts is one line in a test",
  async () => {
    const begins = `
  const { openShop } = await import(${JSON.stringify(`${ROOT}examples/vitest/src/shop.ts`)});
  const shop = await openShop();
  const { msn, clientId, clientSecret } = vipps.salesUnits[0]!;
  await vipps.updateSalesUnit(msn, { redirectUris: [shop.url + "/callback"] });
  await shop.configure({ issuer: vipps.issuer, clientId, clientSecret });
`;
    const example = block("example: check.test.ts")
      .replace(/^ *\/\/ … start your application.*\n/m, begins)
      .replace('"http://localhost:3000/login"', 'shop.url + "/login"')
      .replace("Log out", "Hello, ");
    const project = await makeProject(["vitest"], { "check.test.ts": example });
    const vitest = "node_modules/vitest/vitest.mjs";
    const { code, output } = await project.run([vitest, "run", "--root", project.path]);
    await project.remove();
    expect([code, output]).toEqual([0, expect.stringContaining("1 passed")]);
  },
  TIMEOUT,
);
