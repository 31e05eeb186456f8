import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/platform/log.ts";
import { diagnoseNoBearer } from "../../src/rules/access-token.ts";
import { diagnoseLogout } from "../../src/rules/logout.ts";

function logged(format: "pretty" | "json", log: (logger: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  log(createLogger({ level: "info", format, write: (line) => lines.push(line) }));
  return lines.join("");
}

describe("the log", () => {
  it("tells people what to do, and where the rule is from", () => {
    const text = logged("pretty", (logger) => {
      logger.warn({ diagnosis: diagnoseLogout() }, "refused: logout");
      logger.warn({ diagnosis: diagnoseNoBearer(undefined) }, "refused: userinfo");
    });
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d WARN {2}refused: logout\n {2}what to do: .+\n {2}FAQ: How /,
    );
    expect(text).toMatch(
      /WARN {2}refused: userinfo\n {2}what to do: .+\n {2}see: RFC 6750 §2\.1\n$/,
    );
  });

  it("gives programs one object a line", () => {
    const line = logged("json", (logger) =>
      logger.warn({ diagnosis: diagnoseLogout() }, "refused"),
    );
    expect(JSON.parse(line)).toMatchObject({ msg: "refused", diagnosis: { rule: "logout" } });
  });

  it("keeps what was sent from ending a line or steering the terminal", () => {
    const text = logged("pretty", (logger) => logger.info("a\nb\u001b[2Jc\u009bd"));
    expect(text).toMatch(/INFO {2}a\\nb\\u001b\[2Jc\\u009bd\n$/);
    expect(text.match(/\n/g)).toHaveLength(1);
    for (const sign of ["\u001b", "\u009b"]) expect(text).not.toContain(sign);
  });

  it("shows where an unexpected error came from", () => {
    const text = logged("pretty", (logger) => logger.error({ err: new Error("boom") }, "failed"));
    expect(text).toContain("ERROR failed\nError: boom\n    at ");
  });
});
