import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SNIPPETS } from "../../src/dashboard/snippets.ts";
import { OTHERS } from "../clients/replays/others.ts";
import { PHP } from "../clients/replays/php.ts";
import { runProgram } from "../support/program.ts";
import { serverForFile } from "../support/server.ts";

/** docs/clients.md: what it shows is what the tests in test/clients run. */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/clients.md`, "utf8");

const BLOCKS = [...PAGE.matchAll(/<!-- (from|example): (\S+) -->\n```\w+\n(.*?)```/gs)].map(
  ([, kind = "", name = "", code = ""]) => ({ kind, name, code }),
);

/** An example with a driver behind it, run as a program of its own. */
async function run(
  name: string,
  driver: string,
  salesUnit: string,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const example = BLOCKS.find((block) => block.name === name)?.code ?? "";
  const { clientId, clientSecret } = await server.salesUnit(salesUnit);
  return await runProgram(
    process.execPath,
    ["--input-type=module", "--eval", `${example}${driver}`],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        VIPPS_ISSUER: server.issuer,
        VIPPS_CLIENT_ID: clientId,
        VIPPS_CLIENT_SECRET: clientSecret,
      },
    },
  ).ended;
}

const server = await serverForFile({ autoLogin: "ada" });

/** A browser that has one application: from the button to the session. */
const BROWSER = `
const app = "http://localhost:3000";
let cookies = new Map();
async function visit(url, init = {}) {
  const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
  const response = await handler(new Request(url, { ...init, headers: { cookie, origin: app, ...init.headers } }));
  for (const header of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header);
    cookies.set(name, value);
  }
  return response;
}
async function follow(authorizationUrl) {
  const answer = await fetch(authorizationUrl, { redirect: "manual" });
  await visit(answer.headers.get("location"));
}
`;

const AUTH_JS = `
import { Auth } from "@auth/core";
const config = { basePath: "/api/auth", secret: "a secret of the application", trustHost: true, providers };
const handler = (request) => Auth(request, config);
${BROWSER}
const { csrfToken } = await (await visit(app + "/api/auth/csrf")).json();
const button = { method: "POST", body: new URLSearchParams({ csrfToken }) };
await follow((await visit(app + "/api/auth/signin/vipps", button)).headers.get("location"));
const { user } = await (await visit(app + "/api/auth/session")).json();
console.log(user.name);
`;

const BETTER_AUTH = `
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
const { handler } = betterAuth({
  baseURL: "http://localhost:3000",
  secret: "a secret of the application, long enough for it",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  telemetry: { enabled: false },
  plugins,
});
${BROWSER}
const button = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ provider: "vipps", callbackURL: app }),
};
await follow((await (await visit(app + "/api/auth/sign-in/social", button)).json()).url);
const { user } = await (await visit(app + "/api/auth/get-session")).json();
console.log(user.name);
`;

describe("docs/clients.md", () => {
  it("shows nothing of an application that the tests do not run", () => {
    const parts = BLOCKS.filter(({ kind }) => kind === "from");
    expect(parts.length).toBeGreaterThan(4);
    for (const { name, code } of parts)
      expect(readFileSync(`${ROOT}${name}`, "utf8")).toContain(code);
  });

  it.each([
    ["auth-js", AUTH_JS, "Demo Shop"],
    ["better-auth", BETTER_AUTH, "Post Office"],
  ])("logs in with its example %s", async (name, driver, salesUnit) => {
    const { code, out, err } = await run(name, driver, salesUnit);
    expect({ code, out }, err).toEqual({ code: 0, out: "Ada Nordmann\n" });
  });

  /** A value of the environment as each language writes it. */
  const variables: Readonly<Record<string, readonly [string, (name: string) => string]>> = {
    "auth-js": ["client_secret_basic", (name) => `process.env.${name}`],
    spring: ["client_secret_basic", (name) => `\${${name}}`],
    aspnet: ["client_secret_post", (name) => `Environment.GetEnvironmentVariable("${name}")`],
    php: ["client_secret_basic", (name) => `getenv('${name}')`],
  };

  it.each(Object.entries(variables))(
    "shows what the overview shows: %s",
    (id, [authMethod, variable]) => {
      const values = {
        issuer: variable("VIPPS_ISSUER"),
        baseUrl: variable("VIPPS_BASE_URL"),
        clientId: variable("VIPPS_CLIENT_ID"),
        clientSecret: variable("VIPPS_CLIENT_SECRET"),
        redirectUri: "'http://localhost:3000/callback'",
      };
      const snippet = SNIPPETS.find((one) => one.id === id);
      const [, shown] =
        new RegExp(`<!-- \\w+: ${id} -->\n\`\`\`\\w+\n(.*?)\`\`\``, "s").exec(PAGE) ?? [];
      expect(shown).toBe(`${snippet?.write(values, { authMethod, isHttps: false })}\n`);
    },
  );

  it("leads to the README for openid-client, which shows what the overview shows", () => {
    const readme = readFileSync(`${ROOT}README.md`, "utf8");
    const values = {
      issuer: '"http://localhost:4747/access-management-1.0/access/"',
      baseUrl: '"http://localhost:4747"',
      clientId: '"10000000-0000-4000-8000-000000000001"',
      clientSecret: '"public-mock-secret-of-demo-shop"',
      redirectUri: "",
    };
    const setting = { authMethod: "client_secret_basic", isHttps: false };
    const snippet = SNIPPETS.find(({ id }) => id === "openid-client")?.write(values, setting);
    expect(readme).toContain(snippet);
    expect(snippet).toContain("client.discovery");
  });

  it("has every client that is replayed", () => {
    const names = [...PHP, ...OTHERS].map(({ name }) => name.replace(/ (with|at|as) .*/, ""));
    for (const name of new Set(names)) expect(PAGE).toContain(`**${name}`);
  });

  it("names redirect URIs that the built-in sales units have", async () => {
    const section = PAGE.slice(0, PAGE.indexOf("**Fixed hosts.**"));
    const named = [...section.matchAll(/`(http:\/\/localhost:(?:3|8)\S+)`/g)].map(([, uri]) => uri);
    expect(named.length).toBe(7);
    for (const unit of ["Demo Shop", "Post Office"]) {
      expect((await server.salesUnit(unit)).redirectUris).toEqual(expect.arrayContaining(named));
    }
  });
});
