import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { validate } from "../../src/cli/validate.ts";
import { directoryWith, terminalIn } from "../support/command.ts";
import type { Program } from "../support/program.ts";
import { runMock, runProgram } from "../support/program.ts";
import { serverForFile } from "../support/server.ts";
import { until } from "../support/wait.ts";
import { BLOCKS, block, PAGES, ROOT } from "./pages.ts";

/**
 * The examples of the README and of docs/, run as they are printed; only the port is another, so that
 * the suite runs beside a mock that is in use.
 */

/** Pages whose examples stand on more than a mock; the tests of their own names run them. */
const WITH_TESTS_OF_THEIR_OWN = ["docs/clients.md", "docs/go-live.md", "docs/https.md"];

const examples = BLOCKS.filter(
  ({ kind, page }) => kind === "example" && !WITH_TESTS_OF_THEIR_OWN.includes(page),
);

/** What a page says to write in place of the call that starts a mock. */
const REMOTE = PAGES.map(
  ({ text }) => /`const vipps = (await connect\([^`]*)` in place/.exec(text)?.[1],
).find((found) => found !== undefined);

const running: Program[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
});

/** A mock, and how an example that speaks of port 4747 reaches it. */
async function mock(...argv: string[]) {
  const program = runMock(["--port", "0", "--json", ...argv], { cwd: "/" });
  running.push(program);
  const { url } = JSON.parse(await program.firstLine);
  return { program, here: (text: string) => text.replaceAll("http://localhost:4747", url) };
}

/** A program of JavaScript, as if it stood in the checkout. */
function runScript(script: string) {
  const argv = ["--input-type=module", "--eval", script];
  return runProgram(process.execPath, argv, { cwd: ROOT }).ended;
}

/** Shell examples need curl, which npm cannot bring. */
const hasCurl =
  (await runProgram("curl", ["--version"]).ended.catch(() => ({ code: 1 }))).code === 0;
const withCurl = hasCurl || process.env["CI"] === "true" ? it : it.skip;
const needsCurl = hasCurl ? "" : " (needs curl: apt-get install curl)";

describe("an example", () => {
  it("is run below, whatever page it stands on", () => {
    const names = examples.map(({ name }) => name);
    expect(names.sort()).toEqual([
      "control.sh",
      "library.mjs",
      "login.mjs",
      "make-room.sh",
      "metrics.sh",
      "refused.sh",
      "replica.sh",
      "session.sh",
      "vipps-login-mock.yaml",
      "wait.sh",
      "webhook.mjs",
    ]);
    for (const { page, kind, name } of BLOCKS) {
      if (kind !== "output" || WITH_TESTS_OF_THEIR_OWN.includes(page)) continue;
      const shown = BLOCKS.filter((one) => one.name === name && /example|recipe/.test(one.kind));
      expect(shown.map((one) => one.page)).toEqual([page]);
    }
  });

  it("logs somebody in", async () => {
    const { here } = await mock("--auto-login", "ada");
    const { code, out, err } = await runScript(here(block("example: login.mjs")));
    expect({ code, out, err }).toEqual({ code: 0, out: block("output: login.mjs"), err: "" });
  });

  it("says what to do where the mock shows its pages", async () => {
    const { here } = await mock();
    const { code, err } = await runScript(here(block("example: login.mjs")));
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("Start the mock with --auto-login ada."),
    ]);
  });

  withCurl(`shows what the log says of a refusal${needsCurl}`, async () => {
    const { program, here } = await mock("--log-format", "pretty");
    await runProgram("sh", ["-ec", here(block("example: refused.sh"))]).ended;
    const told = await until(() => /WARN .*\n.*\n.*\n/.exec(program.err())?.[0]);
    expect(told).toBe(here(block("log: refused.sh")));
  });

  withCurl(`waits until the mock is up${needsCurl}`, async () => {
    const { here } = await mock();
    const script = here(block("example: wait.sh"));
    expect(await runProgram("sh", ["-ec", script]).ended).toEqual({ code: 0, out: "", err: "" });
  });

  withCurl(`shows what is counted${needsCurl}`, async () => {
    const { here } = await mock("--metrics");
    const script = here(block("example: metrics.sh"));
    expect(await runProgram("sh", ["-ec", script]).ended).toEqual({
      code: 0,
      out: block("output: metrics.sh"),
      err: "",
    });
  });

  it("is a config with which Prometheus gets in", async () => {
    const [job] = parse(block("prometheus: prometheus.yml")).scrape_configs;
    const { metrics_path, authorization, static_configs } = job;
    const token = authorization.credentials;
    const { here } = await mock("--metrics", "--control-token", token);
    const url = here(`http://${static_configs[0].targets[0]}${metrics_path}`);
    expect((await fetch(url)).status).toBe(401);
    const scraped = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect([scraped.status, scraped.headers.get("content-type")]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    expect(await scraped.text()).toContain("vipps_login_mock_build_info");
  });

  it("asks for metrics that there are, by labels that they have", async () => {
    const { here } = await mock("--metrics");
    await fetch(here("http://localhost:4747/nowhere"));
    const samples = await (await fetch(here("http://localhost:4747/mock/metrics"))).text();
    const queries = block("promql: queries");
    const names = queries.match(/\b(?:vipps_login_mock|nodejs)_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) {
      expect(samples, name).toMatch(new RegExp(`^(?:# TYPE )?${name}[{ ]`, "m"));
    }
  });

  withCurl(`changes the world${needsCurl}`, async () => {
    const { here } = await mock();
    const script = here(block("example: control.sh"));
    const { code, out, err } = await runProgram("sh", ["-ec", script]).ended;
    const answers = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, err]).toEqual([0, ""]);
    expect(answers).toEqual([
      expect.objectContaining({ id: "kari", givenName: "Kari" }),
      expect.objectContaining({ name: "My Shop", clientId: "my-shop" }),
      expect.objectContaining({ id: "ada", status: "outdated_app" }),
      { items: [] },
      expect.objectContaining({ offset: 604_800, expired: [] }),
      expect.objectContaining({ offset: 0, expired: [] }),
    ]);
    const ada = await fetch(here("http://localhost:4747/mock/api/users/ada"));
    expect(await ada.json()).toMatchObject({ status: "active" });
    expect((await fetch(here("http://localhost:4747/mock/api/users/kari"))).status).toBe(404);
  });

  it.each([
    ["in this process", (text: string) => text],
    [
      "against a mock elsewhere",
      (text: string) =>
        text
          .replace("{ startVippsLoginMock }", "{ connect }")
          .replace("await startVippsLoginMock()", REMOTE ?? "no page says what"),
    ],
  ])("uses the library, %s", async (_where, adapted) => {
    const { here } = await mock();
    const { code, out, err } = await runScript(here(adapted(block("example: library.mjs"))));
    expect({ code, out, err }).toEqual({ code: 0, out: block("output: library.mjs"), err: "" });
  });

  withCurl(`plays a session from curl alone${needsCurl}`, async () => {
    const { here } = await mock();
    const { path, remove } = await directoryWith({});
    const script = here(block("example: session.sh"));
    const { code, out, err } = await runProgram("sh", ["-ec", script], { cwd: path }).ended;
    expect({ code, out, err }).toEqual({
      code: 0,
      out: here(block("output: session.sh")),
      err: "",
    });
    const state = JSON.parse(readFileSync(join(path, "checkout-7.json"), "utf8"));
    expect(state.consents).toMatchObject([{ user: "ada" }]);
    await remove();
  });

  it("hears of a withdrawn consent", async () => {
    const { code, out, err } = await runScript(block("example: webhook.mjs"));
    expect({ code, out, err }).toEqual({ code: 0, out: block("output: webhook.mjs"), err: "" });
  });

  it("is a config that is valid", async () => {
    const { path, remove } = await directoryWith({
      "a.yaml": block("example: vipps-login-mock.yaml"),
    });
    const { io, out } = terminalIn(path);
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out()).toBe("a.yaml is valid: 2 users, 1 sales unit\n");
    await remove();
  });

  it.each([
    ["file", "deploy/backend/compose.yaml"],
    ["compose", "browser-outside"],
  ])("is a Compose file in which the browser gets to both and back: %s %s", (kind, name) => {
    const { vipps, shop } = parse(block(`${kind}: ${name}`), { merge: true }).services;
    expect(vipps.ports).toEqual(["127.0.0.1:4747:4747"]);
    expect(shop).toMatchObject({
      ports: ["127.0.0.1:3000:3000"],
      depends_on: { vipps: { condition: "service_healthy" } },
    });
    const { page } = BLOCKS.find((one) => one.kind === kind && one.name === name) ?? {};
    const text = PAGES.find(({ path }) => path === page)?.text ?? "";
    expect(text).toContain("stays on localhost");
    expect(text).toContain("`http://localhost:3000/callback`");
  });

  it("is a Compose file whose options exist", async () => {
    const { services } = parse(block("file: deploy/backend/compose.yaml"), { merge: true });
    const env = { ...process.env, ...services.vipps.environment };
    const program = runMock(["--port", "0", "--json"], { cwd: "/", env });
    running.push(program);
    expect(JSON.parse(await program.firstLine)).toMatchObject({ url: "http://localhost:4747" });
  });

  it("is the file itself, where it is one", () => {
    const files = BLOCKS.filter(({ kind }) => kind === "file");
    expect(files.map(({ name }) => name)).toContain("deploy/backend/compose.yaml");
    for (const { name, code } of files) expect(code).toBe(readFileSync(join(ROOT, name), "utf8"));
  });
});

describe("an example project", () => {
  it.each(["vitest", "jest", "playwright"])("installs what the clone packs: %s", (name) => {
    const manifest = (path: string) =>
      JSON.parse(readFileSync(`${ROOT}${path}package.json`, "utf8"));
    const { devDependencies } = manifest(`examples/${name}/`);
    expect(devDependencies["vipps-login-mock"]).toBe(
      `file:../../vipps-login-mock-${manifest("").version}.tgz`,
    );
  });
});

describe("the README", () => {
  it("has the keys of built-in sales units, each beside its way of client authentication", () => {
    const { salesUnits } = JSON.parse(readFileSync(`${ROOT}fixtures/sales-units.json`, "utf8"));
    const readme = PAGES.find(({ path }) => path === "README.md")?.text ?? "";
    const rows = readme.matchAll(/`(client_secret_\w+)` +\| `([\w-]+)`, `([\w-]+)` +\|$/gm);
    const keys = [...rows].map(([, tokenEndpointAuthMethod, clientId, clientSecret]) => {
      return { tokenEndpointAuthMethod, clientId, clientSecret };
    });
    expect(keys).toHaveLength(2);
    for (const one of keys) expect(salesUnits).toContainEqual(expect.objectContaining(one));
  });
});

/** What belongs together: the recipes share a server and a sandbox, as for somebody who tries them all. */
describe("a recipe", async () => {
  // Nothing is swept away in the moment that a recipe takes, as in a mock that somebody has just started.
  const server = await serverForFile({}, { sweeps: false });
  const recipes = BLOCKS.filter(({ kind }) => kind === "recipe").map(({ name }) => name);

  it("has its place on a page", () => {
    expect(recipes).toContain("till.sh");
    expect(new Set(recipes).size).toBe(recipes.length);
  });

  for (const recipe of recipes) {
    withCurl(`prints what its page says: ${recipe}${needsCurl}`, async () => {
      const here = (text: string) => text.replaceAll("http://localhost:4747", server.url);
      const { path, remove } = await directoryWith();
      const script = here(`${block("setup: recipes")}\n${block(`recipe: ${recipe}`)}`);
      const { code, out, err } = await runProgram("sh", ["-ec", script], { cwd: path }).ended;
      const output = here(block(`output: ${recipe}`));
      expect({ code, out, err }).toEqual({ code: 0, out: output, err: "" });
      await remove();
    });
  }
});
