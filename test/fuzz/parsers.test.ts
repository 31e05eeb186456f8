import { describe, expect, it } from "vitest";
import { parseArguments, UsageError } from "../../src/cli/arguments.ts";
import { parseDuration } from "../../src/config/duration.ts";
import { birthDateOf, isSyntheticNin, resolveBirthDate } from "../../src/config/nin.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { validateConfig } from "../../src/config/validate.ts";
import { checkedKey } from "../../src/keys/key-file.ts";
import { parseBasic, readBearer, readCredentials } from "../../src/oidc/client-auth.ts";
import { decodeLeniently } from "../../src/oidc/encoding.ts";
import { JsonRefusal } from "../../src/oidc/errors.ts";
import { MalformedParameters, parseParameters } from "../../src/oidc/params.ts";
import type { CalendarDate } from "../../src/platform/calendar.ts";
import { printable } from "../../src/platform/printable.ts";
import { ConfigSchema } from "../../src/records/config.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { LANGUAGES } from "../../src/records/vocabulary.ts";
import { splitSandbox, targetOf } from "../../src/request/addresses.ts";
import { chooseLanguage } from "../../src/rules/language.ts";
import { toMsisdn } from "../../src/rules/msisdn.ts";
import { readDocument, StateSchema } from "../../src/sandbox/state-problems.ts";
import { fc, fuzz, json, near, text } from "../support/fuzz.ts";

/** Whatever a parser is given: it reads it, or says in its own way that it cannot. */

const RUNS = 400;

/** What it gives, or undefined where it refuses in one of the ways that its callers know. */
function orRefusal<Result>(
  read: () => Result,
  ...refusals: readonly (new (
    ...given: never[]
  ) => Error)[]
): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}

const form = fc
  .array(fc.tuple(text, fc.constantFrom("=", "", "==", ";"), text), { maxLength: 5 })
  .map((all) => all.map((parts) => parts.join("")).join("&"));

describe("parsers", () => {
  it("read forms, queries and client authentication", async () => {
    await fuzz(fc.tuple(form, text), RUNS, ([source, header]) => {
      decodeLeniently(source);
      const parameters = orRefusal(() => parseParameters(source), MalformedParameters);
      for (const authorization of [
        header,
        `Basic ${header}`,
        `Basic ${Buffer.from(header).toString("base64")}`,
        `Bearer ${header}`,
      ]) {
        parseBasic(authorization);
        readBearer(authorization);
        if (parameters) orRefusal(() => readCredentials(authorization, parameters), JsonRefusal);
      }
    });
  });

  it("read lengths of time, dates, identity numbers and phone numbers", async () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 400 });
    const sized = fc
      .tuple(digits, fc.constantFrom("", "s", "h", "d", "m", "P", "PT"))
      .map(([number, unit]) => (unit.startsWith("P") ? `${unit}${number}H` : `${number}${unit}`));
    await fuzz(fc.oneof(text, digits, sized), RUNS, (given) => {
      expect(parseDuration(given) ?? 0).toBeGreaterThanOrEqual(0);
      expect(toMsisdn(given) ?? "4712345678").toMatch(/^[1-9]\d{7,14}$/);
      expect(birthDateOf(given) ?? "2000-01-01").toMatch(/^\d{4}-\d\d-\d\d$/);
      if (isSyntheticNin(given)) expect(given).toMatch(/^\d{11}$/);
      const resolved = resolveBirthDate(given, "2023-05-17" as CalendarDate);
      expect(resolved ?? "2000-01-01").toMatch(/^\d{4}-\d\d-\d\d$/);
    });
  });

  it("read addresses, languages and command lines, and make texts fit for a terminal", async () => {
    await fuzz(fc.array(text, { maxLength: 4 }), RUNS, (words) => {
      const [first = ""] = words;
      splitSandbox(targetOf(first));
      expect(LANGUAGES).toContain(chooseLanguage(words.join(",")));
      const flags = words.map((word, index) => (index % 2 === 0 ? `--${word}` : word));
      for (const argv of [words, flags]) {
        const { error } = failureOf(() => parseArguments(argv, { VIPPS_LOGIN_MOCK_PORT: first }));
        if (error !== undefined) expect(error).toBeInstanceOf(UsageError);
      }
      expect(printable(words.join())).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    });
  });

  it("read JSON and YAML", async () => {
    const bytes = fc.oneof(
      text.map((value) => Buffer.from(value)),
      json.map((value) => Buffer.from(JSON.stringify(value))),
      json.map((value) => Buffer.from(JSON.stringify(value).slice(0, -1))),
      fc.uint8Array({ maxLength: 100 }).map((value) => Buffer.from(value)),
      fc
        .array(
          fc.constantFrom(
            "a: ",
            "- ",
            "&x ",
            "*x",
            "\n",
            "  ",
            "!!js ",
            "<<: ",
            "? ",
            "[",
            "{",
            '"',
            "|",
            "---\n",
            "1",
          ),
          { maxLength: 20 },
        )
        .map((parts) => Buffer.from(parts.join(""))),
    );
    await fuzz(bytes, RUNS, async (given) => {
      for (const format of ["json", "yaml"] as const) {
        const parsed = await parseConfig([given], format);
        if ("problems" in parsed) expect(parsed.problems[0]?.message).toMatch(/\S/);
      }
    });
  });

  it("read configs and exported sandboxes", async () => {
    const base = { users: [], salesUnits: [], partners: [] };
    await fuzz(near(ConfigSchema), 150, async (value) => {
      const result = await validateConfig(value, base);
      if ("problems" in result) expect(result.problems.length).toBeGreaterThan(0);
    });
    await fuzz(near(StateSchema), 100, async (value) => {
      const result = await readDocument(value, epochSeconds(1_700_000_000));
      if ("problems" in result) expect(result.problems.length).toBeGreaterThan(0);
    });
  });

  it("read keys", async () => {
    class Refused extends Error {}
    const kinds = fc.constantFrom("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY");
    const pem = fc
      .tuple(kinds, fc.oneof(text, fc.base64String({ maxLength: 200 })))
      .map(([kind, body]) => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`);
    await fuzz(fc.oneof(text, pem), 150, async (given) => {
      const read = checkedKey(given, (problem) => {
        throw new Refused(problem);
      });
      await expect(read).rejects.toBeInstanceOf(Refused);
    });
  });
});

function failureOf(act: () => unknown): { readonly error?: unknown } {
  try {
    act();
    return {};
  } catch (error) {
    return { error };
  }
}
