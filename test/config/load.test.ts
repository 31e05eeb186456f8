import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { completeSalesUnits, completeUsers } from "../../src/config/complete.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { findProblems } from "../../src/config/schema-problems.ts";
import { validateConfig } from "../../src/config/validate.ts";
import type { CalendarDate } from "../../src/platform/calendar.ts";
import { SalesUnitSchema } from "../../src/records/sales-unit.ts";
import { UserSchema } from "../../src/records/user.ts";
import { fc } from "../support/properties.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "config-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const write = (name: string, content: string | Uint8Array) =>
  writeFile(join(directory, name), content);

/** What loading says is wrong. */
async function refusal(file?: string): Promise<string> {
  const error = await loadConfig({ file, directory }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

const ids = { integer: () => 0, uuid: () => "uuid", id: () => "id" };

describe("the built-in fixtures", () => {
  it("are what a directory without a config file gives", async () => {
    const { config, file } = await loadConfig({ directory });
    expect(file).toBeUndefined();
    expect(config.users.map(({ id }) => id)).toEqual([
      "ada",
      "no-address",
      "three-addresses",
      "unit-line",
      "turns-18-today",
      "turns-18-tomorrow",
      "turns-15-today",
      "turns-15-tomorrow",
      "under-15",
      "sixteen",
      "leap-day",
      "norwegian-letters",
      "long-name",
      "declines",
      "outdated-app",
      "no-app",
      "blocked",
      "unverified-email",
      "foreign-address",
      "born-1931",
    ]);
    expect(config.salesUnits.map(({ name }) => name)).toEqual([
      "Demo Shop",
      "Demo Outlet",
      "Post Office",
      "Demo Bank",
      "Closed Shop",
      "Shop Without Login",
    ]);
  });

  it("are valid, and whole once completed, on a leap day as on any other", async () => {
    const { config } = await loadConfig({ directory });
    expect(await validateConfig(config, config)).toEqual({ config });
    for (const today of ["2023-05-17", "2024-02-29", "1970-01-01", "2049-12-31"]) {
      const users = await completeUsers(config.users, () => ids, today as CalendarDate);
      const salesUnits = await completeSalesUnits(config.salesUnits, () => ids);
      for (const user of users) expect(findProblems(UserSchema, user)).toEqual([]);
      for (const unit of salesUnits) expect(findProblems(SalesUnitSchema, unit)).toEqual([]);
      expect("config" in (await validateConfig({ users, salesUnits }, config))).toBe(true);
    }
  });

  it("leave nothing to be made up but the NINs, and what follows from them, of those whose birth date moves", async () => {
    const { config } = await loadConfig({ directory });
    const keys = Object.keys(UserSchema.properties).sort();
    for (const { birthDate, ...user } of config.users) {
      const moves = birthDate?.startsWith("today");
      expect(
        Object.keys({ ...user, birthDate, ...(moves && { nin: "", gender: "" }) }).sort(),
      ).toEqual(keys);
    }
    for (const unit of config.salesUnits) {
      expect(Object.keys(unit).sort()).toEqual(Object.keys(SalesUnitSchema.properties).sort());
      expect(unit.clientSecret).toMatch(/^public-mock-secret-of-/);
    }
  });
});

describe("the built-in partners", () => {
  it("go with the built-in sales units", async () => {
    const { config } = await loadConfig({ directory });
    expect(config.partners?.map(({ id }) => id)).toEqual(["demo-partner"]);
    expect(await validateConfig({ salesUnits: [] }, config)).toMatchObject({
      config: { partners: [] },
    });
    expect(await validateConfig({}, config)).toMatchObject({
      config: { partners: config.partners },
    });
  });
});

describe("loadConfig", () => {
  it.each([
    ["vipps-login-mock.yaml", "autoLogin: ada\n"],
    ["vipps-login-mock.yml", "autoLogin: ada\n"],
    ["vipps-login-mock.json", '{"autoLogin": "ada"}'],
  ])("finds %s and keeps the built-in lists that it leaves out", async (name, content) => {
    await write(name, content);
    const { config, file } = await loadConfig({ directory });
    expect(file).toBe(name);
    expect(config.autoLogin).toBe("ada");
    expect(config.users).toHaveLength(20);
    expect(config.salesUnits).toHaveLength(6);
  });

  it("takes lists that are given in place of the built-in ones, even empty ones", async () => {
    await write("mine.yaml", "users: []\nsalesUnits:\n  - name: Shop\n    redirectUris: []\n");
    const { config } = await loadConfig({ file: "mine.yaml", directory });
    expect(config.users).toEqual([]);
    expect(config.salesUnits).toEqual([{ name: "Shop", redirectUris: [] }]);
  });

  it("takes a file of comments for one that changes nothing", async () => {
    await write("mine.yaml", "# autoLogin: ada\n");
    expect((await loadConfig({ file: "mine.yaml", directory })).config.users).toHaveLength(20);
  });

  it("reads a file with a byte order mark", async () => {
    await write("mine.json", "\uFEFF{}");
    expect((await loadConfig({ file: "mine.json", directory })).file).toBe("mine.json");
  });

  it("lists every problem", async () => {
    await write("mine.json", '{"profil": "2023", "autoLogin": 5, "__proto__": {}}');
    expect(await refusal("mine.json")).toBe(
      [
        "mine.json has 3 problems:",
        '  profil: unknown key "profil"; did you mean "profile"?',
        '  __proto__: unknown key "__proto__"; known are $schema, profile, rules, limits, autoLogin, webhookHosts, users, salesUnits, partners, faults, scenarios, clock',
        "  autoLogin: expected a string or null, got the number 5",
      ].join("\n"),
    );
  });

  it("lists what a schema cannot say beside what it does, of the parts that fit", async () => {
    const config = {
      uzers: [],
      autoLogin: "kari",
      faults: [{ then: { status: 500 } }],
      users: [
        7,
        { id: "KARI", nin: "11111111111" },
        { id: "ola", birthDate: "1854-13-01", status: 5, phoneNumber: "12345678" },
        { id: "ola", givenName: "" },
      ],
      salesUnits: [{ redirectUris: ["nowhere", "https://example.com/#"] }],
      clock: { at: "noon", frozn: true },
    };
    await write("mine.json", JSON.stringify(config));
    const lines = (await refusal("mine.json")).split("\n");
    expect(lines.map((line) => line.split(": ", 1)[0])).toEqual([
      "mine.json has 15 problems:",
      "  uzers",
      "  users[0]",
      "  users[1].id",
      "  users[2].status",
      "  users[3].givenName",
      "  salesUnits[0].name",
      "  faults[0].match",
      "  clock.frozn",
      "  users[1].nin",
      "  users[2].birthDate",
      "  users[2].phoneNumber",
      "  users[3].id",
      "  salesUnits[0].redirectUris[0]",
      "  salesUnits[0].redirectUris[1]",
      "  clock.at",
    ]);
  });

  it("says of an option that it is no key", async () => {
    await write("mine.yaml", "port: 4747\npublic-url: http://x\n");
    expect(await refusal("mine.yaml")).toBe(
      [
        "mine.yaml has 2 problems:",
        "  port: this is no key but an option: --port, or the variable VIPPS_LOGIN_MOCK_PORT",
        '  ["public-url"]: this is no key but an option: --public-url, or the variable VIPPS_LOGIN_MOCK_PUBLIC_URL',
      ].join("\n"),
    );
  });

  it("minds the rules of a config in which something else does not fit", async () => {
    const unit = "{name: Shop, redirectUris: [http://shop:3000/cb]}";
    await write(
      "mine.yaml",
      `uzers: []\nrules: {httpRedirectHosts: [shop]}\nsalesUnits: [${unit}]\n`,
    );
    expect(await refusal("mine.yaml")).toMatch(/^mine\.yaml has a problem:\n {2}uzers: [^\n]*$/);
  });

  it("checks what a schema cannot say against the built-in users", async () => {
    await write("mine.yaml", "autoLogin: adda\n");
    expect(await refusal("mine.yaml")).toBe(
      'mine.yaml has a problem:\n  autoLogin: no user has the id or phone number "adda"; did you mean "ada"?',
    );
  });

  it("refuses what is no file to read", async () => {
    await mkdir(join(directory, "folder"));
    await write("huge.yaml", new Uint8Array(10 * 1024 * 1024 + 1));
    expect(await refusal("none.yaml")).toBe(
      "none.yaml has a problem:\n  there is no such file; check the path",
    );
    expect(await refusal("folder")).toBe(
      "folder has a problem:\n  it is a directory; name the file in it",
    );
    expect(await refusal("huge.yaml")).toBe(
      "huge.yaml has a problem:\n  it has 10.0 MB; a config file has at most 10 MB",
    );
  });

  it("reads a file of exactly 10 MB", async () => {
    await write("big.json", `{}${" ".repeat(10 * 1024 * 1024 - 2)}`);
    expect((await loadConfig({ file: "big.json", directory })).config.users).toHaveLength(20);
  });

  it.skipIf(process.getuid?.() === 0)("refuses a file it may not read", async () => {
    await write("secret.yaml", "{}");
    await chmod(join(directory, "secret.yaml"), 0);
    expect(await refusal("secret.yaml")).toBe(
      "secret.yaml has a problem:\n  it cannot be read (EACCES); check its permissions",
    );
  });

  it.skipIf(!existsSync("/proc/self/mem"))(
    "tells why the system does not read a file",
    async () => {
      expect(await refusal("/proc/self/mem")).toBe(
        "/proc/self/mem has a problem:\n  it cannot be read (EIO); check its permissions",
      );
    },
  );

  it.each([
    [
      "mine.json",
      '{"autoLogin": ada}',
      'line 1, column 15: expected a key or string in double quotes, a number, true, false or null, found "ada"',
    ],
    ["mine.yaml", "\tautoLogin: ada", "line 1, column 1: Tabs are not allowed as indentation"],
  ])("tells where %s cannot be understood", async (name, content, told) => {
    await write(name, content);
    expect(await refusal(name)).toBe(`${name} has a problem:\n  ${told}`);
  });

  it("refuses to choose between two files", async () => {
    await write("vipps-login-mock.yaml", "");
    await write("vipps-login-mock.json", "{}");
    expect(await refusal()).toBe(
      "vipps-login-mock.yaml has a problem:\n  vipps-login-mock.json is there too; keep one, or name the one you mean with --config",
    );
  });

  describe("takes variables from the environment", () => {
    const env = { ID: "my-shop", SECRET: "quite-secret", AGE: "15", LAX: "true", LIFE: "300" };
    const load = async (content: string, file = "mine.yaml") => {
      await write(file, content);
      return loadConfig({ file, directory, env });
    };
    const complaint = (content: string, file?: string) =>
      load(content, file).then(
        () => undefined,
        ({ message }: Error) => message,
      );

    it.each([
      [
        "mine.yaml",
        "salesUnits:\n  - name: Shop\n    clientId: ${ID}\n    redirectUris: [ 'https://${ID}.example.com/cb' ]\n",
      ],
      [
        "mine.json",
        '{"salesUnits": [{"name": "Shop", "clientId": "${ID}", "redirectUris": ["https://${ID}.example.com/cb"]}]}',
      ],
    ])("in %s", async (file, content) => {
      const { config, replaced } = await load(content, file);
      expect(config.salesUnits).toEqual([
        { name: "Shop", clientId: "my-shop", redirectUris: ["https://my-shop.example.com/cb"] },
      ]);
      expect(replaced.variables).toEqual([{ name: "ID", byDefault: false }]);
    });

    it("as numbers and as true or false where those are wanted", async () => {
      const { config } = await load(
        [
          "rules: { minimumAge: '${AGE}', gender: '${LAX}', codeLifetime: '${LIFE}' }",
          "users: [{ id: a, givenName: '${AGE}', emailVerified: '${LAX}' }]",
          "faults: [{ match: { endpoint: token }, delay: '${AGE}', ttl: '${LIFE}', then: { body: '${AGE}', status: '${STATUS:-500}' } }]",
          "scenarios: [{ user: '${WHO:-a}', outcome: '${OUTCOME:-cancel}', delay: '${AGE}' }]",
        ].join("\n"),
      );
      expect(config).toMatchObject({
        rules: { minimumAge: 15, gender: true, codeLifetime: 300 },
        users: [{ givenName: "15", emailVerified: true }],
        faults: [{ delay: "15", then: { body: "15", status: 500 } }],
        scenarios: [{ user: "a", outcome: "cancel", delay: "15" }],
      });
    });

    it("or says what is missing, with all else that is wrong", async () => {
      expect(
        await complaint(
          "rules: { minimumAge: '${OLD}', gender: '${ID}' }\nsalesUnits:\n  - name: ${NAME}\n    clientSecret: ${SECRET}\n    redirectUris: [ '${ID}', '*' ]\n",
        ),
      ).toContain(
        [
          "mine.yaml has 5 problems:",
          "  rules.minimumAge: the variable OLD is not set; set it, or give a default: ${OLD:-…}",
          "  salesUnits[0].name: the variable NAME is not set; set it, or give a default: ${NAME:-…}",
          '  rules.gender: expected true or false, got the string "${ID}"',
          '  salesUnits[0].redirectUris[0]: "${ID}" is refused: it is not absolute: begin with a scheme, as in https://example.com/callback',
          '  salesUnits[0].redirectUris[1]: "*" is refused: it contains *',
        ].join("\n"),
      );
    });

    it("and never tells a secret of it", async () => {
      const told = await complaint(
        "salesUnits:\n  - { name: A, clientId: '${SECRET}', redirectUris: [] }\n  - { name: B, clientId: '${SECRET}', redirectUris: ['${SECRET}'] }\nautoLogin: ${SECRET}\n",
      );
      expect(told).toContain('salesUnits[1].clientId: "${SECRET}" is already the clientId');
      expect(told).toContain('autoLogin: no user has the id or phone number "${SECRET}"');
      expect(told).not.toContain("quite-secret");
    });
  });

  it("reaches neither the validation nor YAML by a static import", async () => {
    const seen = new Set<string>();
    const visit = async (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = file.startsWith("/") ? await readFile(file, "utf8") : "";
      for (const [, target = ""] of source.matchAll(
        /^(?:import|export) (?!type)[\w{}\s,*]+ from "(.+)"/gm,
      ))
        await visit(target.startsWith(".") ? resolve(dirname(file), target) : target);
    };
    await visit(fileURLToPath(new URL("../../src/config/load.ts", import.meta.url)));
    await visit(fileURLToPath(new URL("../../src/config/complete.ts", import.meta.url)));
    expect([...seen].filter((name) => /typebox|yaml|schema|valid|problems/.test(name))).toEqual([]);
    expect(seen.size).toBeGreaterThan(5);
  });
});

describe("parseConfig", () => {
  const parse = (text: string, format: "json" | "yaml" = "json") =>
    parseConfig([new TextEncoder().encode(text)], format);

  /** The one problem, or the value. */
  async function outcome(text: string, format: "json" | "yaml") {
    const parsed = await parse(text, format);
    if ("value" in parsed) return parsed.value;
    return parsed.problems.map(({ message }) => message).join(" | ");
  }

  it.each<[string, string]>([
    ["", "line 1, column 1: expected a value, found the end of the file"],
    ['{"a": 1,}', 'line 1, column 9: expected a key in double quotes, found "}"'],
    [
      "{a: 1}",
      'line 1, column 2: expected a key or string in double quotes, a number, true, false or null, found "a"',
    ],
    ['{"a" 1}', 'line 1, column 6: expected a colon after the key, found "1"'],
    [
      '{\n  "a": x\n}',
      'line 2, column 8: expected a key or string in double quotes, a number, true, false or null, found "x"',
    ],
    ['{"a": 01}', 'line 1, column 8: expected a comma, found "1"'],
    [
      '{"a": NaN}',
      'line 1, column 7: expected a key or string in double quotes, a number, true, false or null, found "NaN"',
    ],
    ['{"a": 1 "b": 2}', 'line 1, column 9: expected a comma, found "\\"b\\""'],
    ["[1 2]", 'line 1, column 4: expected a comma, found "2"'],
    ["[1,]", 'line 1, column 4: expected a value, found "]"'],
    ["{} x", 'line 1, column 4: expected the end of the file, found "x"'],
    ["1 x", 'line 1, column 3: expected the end of the file, found "x"'],
    ["{", "line 1, column 2: expected a key in double quotes, found the end of the file"],
    ["[", "line 1, column 2: expected a value, found the end of the file"],
    ['{"a": 1,\n "a": 2}', 'line 2, column 2: the key "a" is here twice; keep one'],
    ['{"a": 1, "\\u0061": 2}', 'line 1, column 10: the key "a" is here twice; keep one'],
    ["{} 1", 'line 1, column 4: expected the end of the file, found "1"'],
    ['{"a": 1', "line 1, column 8: expected a comma or }, found the end of the file"],
    ["[1", "line 1, column 3: expected a comma or ], found the end of the file"],
    ["[1.]", 'line 1, column 2: this number is not complete, found "1."'],
    ['{ // why\n"a": 1}', "line 1, column 3: JSON has no comments; take it out"],
    ["{} /* why", "line 1, column 4: JSON has no comments; take it out"],
    ['["a]', 'line 1, column 2: this string is not closed on its line, found "\\"a]"'],
    ['["a\nb"]', 'line 1, column 2: this string is not closed on its line, found "\\"a"'],
    ['["\\x"]', 'line 1, column 2: this string has a wrong escape, found "\\"\\\\x\\""'],
    ['["\\u00g0"]', 'line 1, column 2: this string has a wrong escape, found "\\"\\\\u00g0\\""'],
    [
      '["a\tb"]',
      'line 1, column 2: this string has a control character; write it as an escape, found "\\"a\\tb\\""',
    ],
  ])("tells where JSON is wrong: %j", async (text, message) => {
    expect(await outcome(text, "json")).toBe(message);
  });

  it("bounds how deep JSON is nested", async () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(await outcome(nested(100_000), "json")).toBe(
      "line 1, column 102: nested more than 100 levels deep",
    );
    expect("value" in (await parse(nested(101)))).toBe(true);
  });

  it("reads JSON as JSON.parse does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 5 }), fc.nat(3), async (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(await parse(pretty)).toEqual({ value: JSON.parse(pretty) });
      }),
    );
  });

  it("takes what JSON.parse takes, but for a key that is there twice", async () => {
    const scrap = fc
      .array(
        fc.constantFrom(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          '"',
          '"a"',
          "1",
          "-",
          "tru",
          "e",
          " ",
          "0",
          "1.",
          "true",
          "\u00a0",
          "\v",
          "\u2028",
          "\ufeff",
          "\\u12",
          "\n",
          "//",
        ),
      )
      .map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(scrap, async (text) => {
        const parsed = await parse(text);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const twice = "problems" in parsed && parsed.problems[0]?.message.includes("is here twice");
        expect("value" in parsed).toBe(valid && !twice);
      }),
    );
  });

  it.each<[string, string]>([
    ["a: 1\nb: 2\na: 3\n", "line 3, column 1: Map keys must be unique"],
    ["a: !secret x", "line 1, column 4: Unresolved tag: !secret"],
    ["b: 1\na: *nobody", "line 2, column 4: nothing before it is called &nobody"],
    ["a: *nobody\nb: &nobody 1", "line 1, column 4: nothing before it is called &nobody"],
    ["a: 1\n---\nb: 2", "line 2, column 1: a second document begins; keep one, without ---"],
    ["\ta: 1", "line 1, column 1: Tabs are not allowed as indentation"],
  ])("tells where YAML is wrong: %j", async (text, message) => {
    expect(await outcome(text, "yaml")).toBe(message);
  });

  it("refuses an alias bomb", async () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let n = 1; n < 9; n++) {
      lines.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(8)}*a${n - 1}]`);
    }
    expect(await outcome(lines.join("\n"), "yaml")).toMatch(/^Excessive alias count/);
  });

  it.each(["json", "yaml"] as const)("reads %s only as UTF-8 text", async (format) => {
    const latin1 = new Uint8Array([0x22, 0xe5, 0x22]);
    const message = "is not UTF-8 text; save it as UTF-8";
    expect(await parseConfig([latin1], format)).toEqual({ problems: [{ path: "", message }] });
    expect(await outcome("\n a\0b", format)).toBe(
      "line 2, column 3: contains a NUL character; is it a text file?",
    );
  });
});
