import { describe, expect, it } from "vitest";
import { isRunByNpm, whatNpmTook } from "../../src/cli/npm.ts";
import { optionsOf } from "../support/command.ts";

describe("whether npm runs the mock in the foreground", () => {
  it.each([
    "node dist/main.js",
    "vipps-login-mock --port 0 --json",
    "exec vipps-login-mock",
    "PORT=1 node --enable-source-maps ./node_modules/vipps-login-mock/dist/main.js",
    "node_modules/.bin/vipps-login-mock > mock.log 2>&1",
    "npm run build && vipps-login-mock",
    "vipps-login-mock | tee mock.log",
    'cross-env A=b "vipps-login-mock" --auto-login ada',
  ])("yes: %s", (script) => {
    expect(isRunByNpm(script)).toBe(true);
  });

  it.each([
    [undefined],
    ["vitest run"],
    ["playwright test"],
    ["tsx watch src/main.ts"],
    ["vipps-login-mock &"],
    ["vipps-login-mock > mock.log 2>&1 & playwright test"],
    ["nohup vipps-login-mock"],
    ["setsid vipps-login-mock"],
    ["./start-all.sh"],
    ["vipps-login-mock-watcher"],
  ])("no: %s", (script) => {
    expect(isRunByNpm(script)).toBe(false);
  });
});

describe("what npm took for its own", () => {
  const options = optionsOf();
  const env = { npm_lifecycle_script: "node dist/main.js", npm_config_auto_login: "ada" };
  const took = (event: string, more: Record<string, string> = {}) =>
    whatNpmTook({ ...env, npm_lifecycle_event: event, ...more }, options);

  it.each([
    ["start", "npm start -- --auto-login ada"],
    ["mock", "npm run mock -- --auto-login ada"],
  ])("is told by the line to write for the script %s", (event, line) => {
    expect(took(event)).toContain(`because no -- stands before; write ${line}`);
  });

  it.each([
    ["npx runs the mock", "npx", {}],
    ["npm runs something else, which starts the mock", "test", { npm_lifecycle_script: "vitest" }],
  ])("is no matter where %s", (_what, event, more) => {
    expect(took(event, more)).toBeUndefined();
  });
});
