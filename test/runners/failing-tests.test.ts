import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { makeProject } from "../support/project.ts";

/**
 * A project whose tests fail on purpose, in each test runner: its own output must say why. The mock
 * stands here, so that the requests of the fixtures can be counted.
 */

const TOKEN = "control-token-of-the-test";
/** How long a runner waits for a test, in milliseconds: this machine may be busy. */
const PATIENCE = 120_000;
const CALLBACK = "http://localhost:3000/callback";

/** The tests, of which the last two pass. `expect` and `test` come from the entry of each runner. */
const TESTS = `
async function authorize(vipps, redirectUri) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: vipps.salesUnits[0].clientId,
    scope: "openid",
    state: "a-state-of-its-own",
    redirect_uri: redirectUri,
  });
  const url = vipps.issuer + "oauth2/auth?" + query;
  return (await fetch(url, { redirect: "manual" })).headers.get("location");
}

test("wrong redirect URI", async ({ vipps }) => {
  expect(await authorize(vipps, "${CALLBACK}/")).toContain("/login");
});

test("expired code", async ({ vipps }) => {
  const { code } = await vipps.login({ user: "ada", redirectUri: "${CALLBACK}" });
  await vipps.clock.advance("3m");
  const { clientId, clientSecret } = vipps.salesUnits[0];
  const response = await fetch(vipps.issuer + "oauth2/token", {
    method: "POST",
    headers: { authorization: "Basic " + btoa(clientId + ":" + clientSecret) },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: "${CALLBACK}",
    }),
  });
  expect(response.status).toBe(200);
});

test("unused scenario", async ({ vipps }) => {
  await vipps.scenarios.add({ outcome: "cancel", match: { flow: "phone-number" } });
  throw new Error("the shop began no login");
});

test("waiting login", async ({ vipps }) => {
  expect(await authorize(vipps, "${CALLBACK}")).toContain("code=");
});

test("success", async ({ vipps }) => {
  expect(await authorize(vipps, "${CALLBACK}")).toContain("login");
});

test("another success", async ({ vipps }) => {
  expect(vipps.users.ada.givenName).toBe("Ada");
});
`;

/** What the output says of the tests that fail. */
const TOLD = [
  "1. GET auth 302 by Demo Shop: redirect_uri http://localhost:3000/callback/ differs from the " +
    "registered http://localhost:3000/callback only by the trailing slash\n",
  "1. POST token 400 by Demo Shop in login 1: the code expired 60 seconds ago; it lives 120 seconds\n",
  "Scenarios that no login used:\n- cancel, for logins with flow phone-number, id ",
  "Logins that wait for a person:\n- identify, user unknown, at Demo Shop, in a browser, id ",
];

interface Runner {
  /** The packages that the project has beside ours. */
  readonly packages: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** The program of the runner, with its arguments. */
  readonly argv: readonly string[];
  /** The explanations in its output. */
  readonly explanations: (out: string, directory: string) => Promise<string> | string;
}

/** One worker, so that its requests are those of one mock. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  vitest: {
    packages: ["vitest"],
    files: {
      "shop.test.mjs": `import { expect, test } from "vipps-login-mock/vitest";\n${TESTS}`,
    },
    argv: ["node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1", `--testTimeout=${PATIENCE}`],
    explanations: (out) => out,
  },
  jest: {
    packages: ["jest"],
    files: {
      "shop.test.js": `const { expect, test } = require("vipps-login-mock/jest");\n${TESTS}`,
    },
    // Out of a link, our package looks like sources that have to be compiled.
    argv: [
      "node_modules/jest/bin/jest.js",
      "--runInBand",
      "--config",
      '{ "transform": {} }',
      `--testTimeout=${PATIENCE}`,
    ],
    // Jest indents what it shows.
    explanations: (out) => out.replaceAll(/\n\s+/g, "\n"),
  },
  playwright: {
    packages: ["@playwright/test"],
    files: {
      "playwright.config.mjs":
        'export default { workers: 1, reporter: [["line"], ["json", { outputFile: "out.json" }]] };',
      "shop.spec.mjs": `import { expect, test } from "vipps-login-mock/playwright";\n${TESTS}`,
    },
    argv: ["node_modules/@playwright/test/cli.js", "test", `--timeout=${PATIENCE}`],
    // The terminal shows the first 300 characters of each attachment.
    async explanations(out, directory) {
      expect(out).toContain(TOLD[0]?.trimEnd());
      expect(out).toContain(TOLD[1]?.trimEnd());
      const report = await readFile(join(directory, "out.json"), "utf8");
      const bodies = [...report.matchAll(/"name": "vipps-login-mock",[^}]*"body": "([^"]+)"/g)];
      return bodies.map(([, body = ""]) => Buffer.from(body, "base64").toString()).join("\n");
    },
  },
};

describe("a test that fails", () => {
  let mock: Mock;
  let url: string;
  /** What the fixtures ask of the control API; what a test asks is not looked at. */
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    mock = await startMock({}, { control: { open: false, token: TOKEN } });
    mock.app.addHook("onRequest", async ({ method, url: path }) => {
      const isTheirs = /\/mock\/api\/(sandboxes|requests)/.test(path);
      if (isTheirs) asked.push(`${method} ${path.replaceAll(/[\w-]{21}/g, "ID")}`);
    });
    await mock.app.listen({ host: "localhost", port: 0 });
    url = `http://localhost:${(mock.app.server.address() as AddressInfo).port}`;
  });
  afterEach(() => mock.close());

  it.each(Object.entries(RUNNERS))(
    "says why in the output of %s, for few requests",
    { timeout: 3 * PATIENCE },
    async (_name, { packages, files, argv, explanations }) => {
      const project = await makeProject(packages, files);
      const { code, output } = await project.run(argv, {
        VIPPS_LOGIN_MOCK_URL: url,
        VIPPS_LOGIN_MOCK_CONTROL_TOKEN: TOKEN,
      });
      const told = await explanations(output, project.path);
      expect(code, output).toBe(1);
      expect(output).toMatch(/\b4 failed\b/);
      expect(output).toMatch(/\b2 passed\b/);
      for (const text of TOLD) expect(told).toContain(text);
      expect(told.match(/to the sandbox \w/g)).toHaveLength(4);
      const passing = ["POST /mock/api/sandboxes", "DELETE /mock/api/sandboxes/ID"];
      const [make, remove] = passing;
      const failing = [make, "GET /mock/api/requests/report", remove];
      const first = "GET /mock/api/sandboxes/default";
      const workers = asked.filter((one) => one === first);
      expect(asked.filter((one) => one !== first)).toEqual([
        ...Array.from({ length: 4 }, () => failing).flat(),
        ...Array.from({ length: 2 }, () => passing).flat(),
      ]);
      // Playwright begins another worker after each test that failed.
      expect(workers.length).toBeLessThanOrEqual(5);
      await project.remove();
    },
  );
});
