import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { createJsonLog } from "../../src/platform/json-log.ts";
import type { Log } from "../../src/platform/log.ts";
import { PrettyLog } from "../../src/platform/log.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { diagnoseNoBearer } from "../../src/rules/access-token.ts";
import { diagnoseLogout } from "../../src/rules/logout.ts";

const NOON = epochSeconds(1_684_321_200);

function logged(format: "pretty" | "json", log: (logger: Log) => void, level = "info") {
  const lines: string[] = [];
  const options = { level, write: (line: string) => void lines.push(line) };
  log(format === "json" ? createJsonLog(options) : new PrettyLog(options, () => NOON));
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

  it("shows what cannot be seen, and does not let it turn what stands around it", () => {
    const text = logged("pretty", (logger) =>
      logger.info("a\u202eb\u200bc\u2066d\u2028e\ufefff\u{e0041}g ø 🎿"),
    );
    expect(text).toMatch(
      /INFO {2}a\\u202eb\\u200bc\\u2066d\\u2028e\\ufefff\\udb40\\udc41g ø 🎿\n$/u,
    );
  });

  it("shows where an unexpected error came from, and what it came from itself", () => {
    const err = new Error("boom", { cause: new TypeError("no network") });
    const text = logged("pretty", (logger) => logger.error({ err }, "failed"));
    expect(text).toContain("11:00:00 ERROR failed\nError: boom\n    at ");
    expect(text).toMatch(/\ncaused by: TypeError: no network\n {4}at .+\n$/s);
    // Inside Jest those of Node are of another realm.
    const foreign = runInNewContext("new RangeError('far')");
    expect(logged("pretty", (logger) => logger.error({ err: foreign }, "failed"))).toContain(
      "ERROR failed\nRangeError: far\n    at ",
    );
    const circle: Error = new Error("round");
    circle.cause = circle;
    const once = logged("pretty", (logger) => logger.error({ err: circle }, "failed"));
    expect(once.match(/Error: round/g)).toHaveLength(1);
  });

  it.each<[string, (logger: Log) => void, string]>([
    ["an error alone", (logger) => logger.error(new Error("boom")), "boom"],
    ["an error without a text", (logger) => logger.error({ err: new Error("boom") }), "boom"],
    ["an object without a text", (logger) => logger.error({ status: 1 }), ""],
    ["nothing to say", (logger) => logger.error(undefined), ""],
  ])("writes %s as pino does", (_name, log, text) => {
    expect(logged("pretty", log).split("\n")[0]).toBe(`11:00:00 ERROR ${text}`);
    expect(JSON.parse(logged("json", log)).msg ?? "").toBe(text);
  });

  it.each<["pretty" | "json", string, string[]]>(
    (["pretty", "json"] as const).flatMap((format) => [
      [format, "trace", ["trace", "debug", "info", "warn", "error", "fatal"]],
      [format, "info", ["info", "warn", "error", "fatal"]],
      [format, "fatal", ["fatal"]],
      [format, "silent", []],
    ]),
  )("as %s at level %s has %j, also of a request", (format, level, expected) => {
    const text = logged(
      format,
      (logger) => {
        const child = logger.child({ reqId: "1" });
        for (const each of ["trace", "debug", "info", "warn", "error", "fatal"] as const) {
          child[each](`a line of ${each}`);
        }
        child.silent("nothing");
      },
      level,
    );
    expect([...text.matchAll(/a line of (\w+)/g)].map(([, name]) => name)).toEqual(expected);
  });
});
