import { describe, expect, it } from "vitest";
import { isRunByNpm } from "../../src/cli/npm.ts";

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
