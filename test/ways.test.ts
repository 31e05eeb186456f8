import { describe, expect, it } from "vitest";
import { filesOf, parse, WAYS } from "../scripts/ways.ts";

/** How many files a reader may have to open to follow a request; `npm run ways` lists them. */
describe("the way of a request", () => {
  it.each([
    [WAYS.token, 13, ["oidc/pkce.ts", "client-auth/authenticate.ts", "keys/keys.ts"]],
    [WAYS.login, 23, ["authorize/routes.ts", "login/next-step.ts", "sessions/issue.ts"]],
    [WAYS.control, 12, ["control/dispatch.ts", "control/resources/scenarios.ts"]],
  ])("is short: $name", (way, most, some) => {
    const files = filesOf(way);
    expect(files).toEqual(expect.arrayContaining(some));
    expect(files.length, files.join("\n")).toBeLessThanOrEqual(most);
  });
});

describe("what looks for it", () => {
  it("finds out where each used name comes from", () => {
    const { imports, declarations, exported } = parse(
      "token/tokens.ts",
      [
        'import type { Session } from "../records/session.ts";',
        'import { sign, verify as check } from "../keys/keys.ts";',
        "/** Not a call of verify(). */",
        "export async function issue(session: Session) {",
        '  const { write } = await import("./write.ts");',
        '  return write(sign(session.id), "check", ...LIST); // check',
        "}",
        "",
        "const LIST = [{ check: session.check }];",
      ].join("\n"),
    );
    expect([...imports]).toEqual([
      ["sign", { file: "keys/keys.ts", name: "sign" }],
      ["check", { file: "keys/keys.ts", name: "verify" }],
      ["write", { file: "token/write.ts", name: "write" }],
    ]);
    expect(exported).toEqual(["issue"]);
    const names = (name: string) => [...(declarations.get(name) ?? [])];
    expect(names("issue")).toEqual(expect.arrayContaining(["sign", "write", "LIST"]));
    expect(names("issue")).not.toContain("check");
    expect(names("LIST")).not.toContain("check");
  });
});
