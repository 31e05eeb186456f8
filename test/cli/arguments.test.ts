import { describe, expect, it } from "vitest";
import { parseArguments, UsageError, usage } from "../../src/cli/arguments.ts";
import {
  isVippsHost,
  OPTION_NAMES,
  variableOf,
  whyNotPublicAddress,
} from "../../src/config/options.ts";

const defaults = {
  port: 4747,
  host: "localhost",
  tls: false,
  controlOpen: false,
  signingKeyBits: 2048,
  store: "memory",
  storePrefix: "vipps-login-mock:",
  storeTimeout: 2,
  reseed: false,
  metrics: false,
  trustProxy: false,
  watch: false,
  logSecrets: false,
  logLevel: "info",
  logFormat: "pretty",
  json: false,
};

const notAbsolute = "expected an absolute http or https URL, as https://vipps.example.com";
const stores = "expected memory, redis://host:6379 or rediss://host:6379";
const behindHost =
  "--store: has something else behind the host than the number of the database: redis://host:6379/0; in a user or a password / is written %2F, ? is %3F, and # is %23";
const noToken = "has a character that no header can carry; use printable ASCII without spaces";

function refusal(argv: readonly string[], env: Record<string, string> = {}): string[] {
  try {
    parseArguments(argv, env);
  } catch (error) {
    if (error instanceof UsageError) {
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw error;
  }
  return [];
}

/** What npm sets for the script that starts the mock, when it was called with such options of its own. */
function npmEnv(taken: Record<string, string>): Record<string, string> {
  return {
    npm_lifecycle_event: "start",
    npm_lifecycle_script: "node dist/main.js",
    ...Object.fromEntries(
      Object.entries(taken).map(([name, value]) => [`npm_config_${name}`, value]),
    ),
  };
}

/** The options that a command line gives, without those that nobody set. */
function options(argv: readonly string[], env: Record<string, string> = {}) {
  const command = parseArguments(argv, env);
  return "options" in command ? command.options : undefined;
}

describe("parseArguments", () => {
  it.each<[string[], object]>([
    [[], { name: "start" }],
    [["start"], { name: "start" }],
    [["init"], { name: "init" }],
    [["validate", "a.yaml"], { name: "validate", file: "a.yaml" }],
    [["validate", "--", "--odd.yaml"], { name: "validate", file: "--odd.yaml" }],
    [["doctor"], { name: "doctor", url: undefined }],
    [["doctor", "http://localhost:1"], { name: "doctor", url: "http://localhost:1" }],
    [
      ["check", "http://x/login", "Log out"],
      { name: "check", url: "http://x/login", text: "Log out" },
    ],
    [["healthcheck"], { name: "healthcheck", url: undefined }],
    [["healthcheck", "http://x"], { name: "healthcheck", url: "http://x" }],
  ])("%j", (argv, command) => {
    expect(parseArguments(argv, {})).toEqual({ ...command, options: defaults });
  });

  it.each<[string[], object]>([
    [["--help"], { name: "help" }],
    [["-h"], { name: "help" }],
    [["doctor", "--nonsense", "--help", "--version"], { name: "help" }],
    [["--version"], { name: "version" }],
    [["--port", "x", "--version"], { name: "version" }],
  ])("%j wins over everything", (argv, command) => {
    expect(parseArguments(argv, { VIPPS_LOGIN_MOCK_NONSENSE: "1" })).toEqual(command);
  });

  it.each<[string[], object]>([
    [["--port", "0"], { port: 0 }],
    [["--port=65535"], { port: 65535 }],
    [["--host", "0.0.0.0"], { host: "0.0.0.0" }],
    [["--config", "-"], { config: "-" }],
    [["--profile", "2026"], { profile: "2026" }],
    [["--auto-login", "ada"], { autoLogin: "ada" }],
    [["--public-url", "https://a.example/x"], { publicUrl: "https://a.example/x" }],
    [["--issuer", "http://vipps:4747/"], { issuer: "http://vipps:4747/" }],
    [["--tls"], { tls: true }],
    [["--tls-port", "443"], { tlsPort: 443 }],
    [["--tls-hosts", "API.vipps.no, ::1"], { tlsHosts: ["api.vipps.no", "::1"] }],
    [["--tls-cert", "c.pem"], { tlsCert: "c.pem" }],
    [["--tls-key", "k.pem"], { tlsKey: "k.pem" }],
    [["--tls-dir", "d"], { tlsDir: "d" }],
    [["--control-token=a=b"], { controlToken: "a=b" }],
    [["--control-token", "!~"], { controlToken: "!~" }],
    [["--control-open"], { controlOpen: true }],
    [["--control-open=false"], { controlOpen: false }],
    [["--metrics"], { metrics: true }],
    [["--metrics=0"], { metrics: false }],
    [["--signing-key", "k.pem"], { signingKey: "k.pem" }],
    [["--signing-key-bits", "2048"], { signingKeyBits: 2048 }],
    [["--signing-key-bits", "4096"], { signingKeyBits: 4096 }],
    [["--seed", "0"], { seed: 0 }],
    [["--store", "memory"], { store: "memory" }],
    [["--store", "redis://redis"], { store: "redis://redis" }],
    [["--store", "rediss://u:p@r:6380/15"], { store: "rediss://u:p@r:6380/15" }],
    [["--store", "redis://[::1]:6379/"], { store: "redis://[::1]:6379/" }],
    [["--store-prefix", "shop:"], { storePrefix: "shop:" }],
    [["--store-timeout", "500ms"], { storeTimeout: 0.5 }],
    [["--store-timeout", "1m"], { storeTimeout: 60 }],
    [["--trust-proxy"], { trustProxy: true }],
    [["--log-secrets"], { logSecrets: true }],
    [["--log-level", "silent"], { logLevel: "silent" }],
    [["--log-format", "json"], { logFormat: "json" }],
    [["--json", "start"], { json: true }],
  ])("reads %j", (argv, expected) => {
    expect(options(argv)).toEqual({ ...defaults, ...expected });
  });

  it("reads every option from the environment, and lets a flag win", () => {
    expect(variableOf("publicUrl")).toBe("VIPPS_LOGIN_MOCK_PUBLIC_URL");
    const env = {
      VIPPS_LOGIN_MOCK_PORT: "1",
      VIPPS_LOGIN_MOCK_AUTO_LOGIN: "ada",
      VIPPS_LOGIN_MOCK_TRUST_PROXY: "1",
      VIPPS_LOGIN_MOCK_JSON: "true",
      VIPPS_LOGIN_MOCK_CONTROL_OPEN: "0",
      VIPPS_LOGIN_MOCK_CONFIG: "",
      HOME: "/x",
    };
    const expected = { ...defaults, port: 2, autoLogin: "ada", trustProxy: true, json: true };
    expect(options(["--port", "2"], env)).toEqual(expected);
  });

  it.each<[string[], string[]]>([
    [["--port", "65536"], ['--port: expected a whole number from 0 to 65535, got "65536"']],
    [["--port", "-1"], ['--port: expected a whole number from 0 to 65535, got "-1"']],
    [["--port", "1e3"], ['--port: expected a whole number from 0 to 65535, got "1e3"']],
    [["--port="], ['--port: expected a whole number from 0 to 65535, got ""']],
    [["--port"], ["--port: needs a value: --port N"]],
    [["--port", "--json"], ["--port: needs a value: --port N"]],
    [["--host="], ["--host: is empty; give a value"]],
    [["--control-token", "æ"], [`--control-token: "æ" ${noToken}`]],
    [["--control-token", "a b"], [`--control-token: "a b" ${noToken}`]],
    [["--control-token", "a\u007f"], [`--control-token: "a\\u007f" ${noToken}`]],
    [["--help=1"], ["--help: takes no value; leave =1 out"]],
    [
      ["--version=", "-h=x"],
      ["--version: takes no value; leave = out", "-h: takes no value; leave =x out"],
    ],
    [["doctor", "foo"], [`doctor: "foo": ${notAbsolute}`]],
    [
      ["check"],
      [expect.stringMatching(/^check: needs the URL where a login .* begins, and the TEXT/)],
    ],
    [["check", "http://x"], [expect.stringMatching(/^check: needs the URL/)]],
    [
      ["check", "x.example/login", "Hello"],
      [expect.stringMatching(/^check: "x.example\/login" is no URL with/)],
    ],
    [["check", "http://x", " "], [expect.stringMatching(/^check: needs the URL/)]],
    [["check", "http://x", "a", "b"], ['check: takes no "b"; leave it out']],
    [["healthcheck", "localhost:4747"], [`healthcheck: "localhost:4747": ${notAbsolute}`]],
    [["--seed", "1.5"], ['--seed: expected a whole number from 0 to 9007199254740991, got "1.5"']],
    [
      ["--seed", "9007199254740992"],
      ['--seed: expected a whole number from 0 to 9007199254740991, got "9007199254740992"'],
    ],
    [
      ["--profile", "2025"],
      ['--profile: expected one of 2023, 2026, got "2025"; did you mean "2023"?'],
    ],
    [["--signing-key-bits", "1024"], ['--signing-key-bits: expected 2048 or 4096, got "1024"']],
    [["--store", "redis"], [`--store: is no address of a store: ${stores}`]],
    [["--store", "http://r"], [`--store: is no address of a store: ${stores}`]],
    [["--store", "redis:r"], [`--store: is no address of a store: ${stores}`]],
    // A password is shown nowhere, also where it stands in what is wrong.
    ...["redis://u:secret@r/one", "redis://r?password=secret", "redis://u:12#34@r"].map(
      (store): [string[], string[]] => [["--store", store], [behindHost]],
    ),
    [
      ["--store", "redis://u:50%off@r"],
      ["--store: has a % in the user or the password that stands for nothing: write it %25"],
    ],
    [["--store", "u:secret@r"], [`--store: is no address of a store: ${stores}`]],
    [["--store-timeout", "soon"], [expect.stringContaining('"soon" is no length of time')]],
    [["--store-timeout", "2m"], [expect.stringContaining("expected")]],
    [["--store-prefix", ""], ["--store-prefix: is empty; give a value"]],
    [["--log-format", "xml"], ['--log-format: expected one of pretty, json, got "xml"']],
    [["--json=yes"], ['--json: expected true, false, 1 or 0, got "yes"']],
    [["--json", "--json"], ["--json: is given twice; give it once"]],
    [["--port", "1", "--port=2"], ["--port: is given twice; give it once"]],
    [["--prot", "5"], ['--prot: unknown option; did you mean "--port"?']],
    [["--public_url=http://x"], ['--public_url: unknown option; did you mean "--public-url"?']],
    [
      ["-abc", "--jsn"],
      ["-abc: unknown option", '--jsn: unknown option; did you mean "--json"?'],
    ],
    [
      ["--port", "--jsn"],
      ["--port: needs a value: --port N", '--jsn: unknown option; did you mean "--json"?'],
    ],
    [["--jsn", "init"], ['--jsn: unknown option; did you mean "--json"?']],
    [["-p"], ["-p: unknown option"]],
    [["stat"], ['stat: unknown command; did you mean "start"?']],
    [["toString"], ["toString: unknown command"]],
    [["validate"], ["validate: needs the FILE to check"]],
    [["validate", "a", "b"], ['validate: takes no "b"; leave it out']],
    [
      ["start", "a", "b"],
      ['start: takes no "a"; leave it out', 'start: takes no "b"; leave it out'],
    ],
  ])("refuses %j", (argv, problems) => {
    expect(refusal(argv)).toEqual(problems);
  });

  it.each([
    [["ada"], { auto_login: "true" }, "--auto-login", "npm start -- --auto-login ada"],
    [["4822"], { port: "true", tls: "true" }, "--port, --tls", "npm start -- --port 4822 --tls"],
    [
      ["4822", "ada"],
      { port: "true", auto_login: "true" },
      "--port, --auto-login",
      "npm start -- --port N --auto-login USER",
    ],
    [
      ["doctor", "4822"],
      { port: "true", tls_dir: "my ca" },
      "--port, --tls-dir",
      'npm start -- doctor --port 4822 --tls-dir "my ca"',
    ],
  ])("tells of %j, where npm took options, only how to write them", (argv, taken, named, line) => {
    const message = `it took ${named} for its own, because no -- stands before; write ${line}`;
    expect(refusal(argv, npmEnv(taken))).toEqual([`npm: ${message}`]);
  });

  it.each([
    ["npm took nothing", {}],
    ["the option is given as well", { port: "1" }],
    ["npm was told the opposite", { tls: "" }],
    ["the option is npm's own", { json: "true" }],
  ])("tells of a command that is not there as ever, where %s", (_why, taken) => {
    expect(refusal(["ada", "--port", "1"], npmEnv(taken))).toEqual(["ada: unknown command"]);
  });

  it("has the files of a start looked at, and tells what is wrong with them with the rest", () => {
    const looked: unknown[] = [];
    const inspect = (options: { readonly tlsCert?: string | undefined }) => {
      looked.push(options.tlsCert);
      return [{ path: "--tls-cert", message: "is bad" }];
    };
    const problems = [{ path: "--seed" }, { path: "--tls-cert", message: "is bad" }];
    expect(() => parseArguments(["--seed", "x", "--tls-cert", "c"], {}, inspect)).toThrow(
      expect.objectContaining({ problems: problems.map((one) => expect.objectContaining(one)) }),
    );
    expect(looked).toEqual(["c"]);
    expect(parseArguments(["doctor", "--tls-cert", "c"], {}, inspect).name).toBe("doctor");
  });

  it("leaves the variable alone that is for the fixtures of test runners", () => {
    const env = { VIPPS_LOGIN_MOCK_URL: "http://localhost:4747" };
    expect(parseArguments([], env)).toEqual(parseArguments([], {}));
  });

  it("refuses unknown variables, and tells everything at once", () => {
    const env = {
      VIPPS_LOGIN_MOCK_PROT: "1",
      VIPPS_LOGIN_MOCK_FOO: "",
      VIPPS_LOGIN_MOCK_JSON: "no",
    };
    expect(() => parseArguments(["--hsot", "x", "--seed", "y"], env)).toThrow(
      [
        "The command line cannot be used:",
        '  --hsot: unknown option; did you mean "--host"?',
        '  VIPPS_LOGIN_MOCK_PROT: unknown variable; did you mean "VIPPS_LOGIN_MOCK_PORT"?',
        "  VIPPS_LOGIN_MOCK_FOO: unknown variable",
        '  --seed: expected a whole number from 0 to 9007199254740991, got "y"',
        '  VIPPS_LOGIN_MOCK_JSON: expected true, false, 1 or 0, got "no"',
        "See vipps-login-mock --help.",
      ].join("\n"),
    );
  });

  it("gives programs the value and the nearest name too", () => {
    const problem = {
      path: "--profile",
      message: 'expected one of 2023, 2026, got "2025"; did you mean "2023"?',
      value: "2025",
      closest: "2023",
    };
    expect(() => parseArguments(["--profile", "2025"], {})).toThrow(
      expect.objectContaining({ name: "UsageError", problems: [problem] }),
    );
  });
});

it.each([
  [["--log-format", "json", "--port", "abc"], "json"],
  [["--log-format", "xml"], "pretty"],
  [["--port", "abc"], "pretty"],
])("%j is wrong, and reported as %s", (argv, logFormat) => {
  expect(() => parseArguments(argv, {})).toThrow(expect.objectContaining({ logFormat }));
});

describe("whyNotPublicAddress", () => {
  it.each<[string, string | undefined]>([
    ["http://localhost:4747", undefined],
    ["https://vipps.example.com/base/", undefined],
    ["https://notvipps.no", undefined],
    ["https://vipps.no.example.com", undefined],
    ["ftp://example.com", notAbsolute],
    ["example.com", notAbsolute],
    ["/base", notAbsolute],
    ["http:example.com", notAbsolute],
    ["http://", notAbsolute],
    ["http://[", notAbsolute],
    ["http://a b", notAbsolute],
    ["http://a\\b", notAbsolute],
    ["https://example.com?", "it has a query or a fragment; leave it out"],
    ["https://example.com/#", "it has a query or a fragment; leave it out"],
    ["https://*.example.com", "it contains *, and is one address; write it whole"],
    ["https://a:b@example.com", "it has a user name or password; leave them out"],
    [
      "https://API.Vipps.NO/x",
      "a mock must not use the name of the real service (api.vipps.no); use a host of your own",
    ],
  ])("%s: %s", (url, reason) => {
    expect(whyNotPublicAddress(url)).toBe(reason);
  });

  it("is asked for --public-url and --issuer", () => {
    expect(refusal(["--public-url", "x", "--issuer", "y"])).toEqual([
      `--public-url: "x": ${notAbsolute}`,
      `--issuer: "y": ${notAbsolute}`,
    ]);
  });

  it.each([
    ["https://a.example/x?y=1", "it has a query or a fragment; leave it out"],
    ["https://a.example/x#y", "it has a query or a fragment; leave it out"],
    ["https://ada@a.example/x", "it has a user name or password; leave them out"],
    ["https://a.example\\x", notAbsolute],
    ["https://a.example/a//b", "single slashes only"],
    ["https://a.example//b", "single slashes only"],
    ["https://a.example/a/../b", "letters, digits"],
    ["https://a.example/./b", "letters, digits"],
    ["https://a.example/v%69pps", "letters, digits"],
    ["https://a.example/bl\u00e5", "letters, digits"],
    ["https://a.example/a;b", "letters, digits"],
    ["https://a.example/mock", "the mock's own paths begin with /mock"],
    ["http://localhost:4747/s/box", "the mock's own paths begin with /s"],
    [
      "http://localhost:4747/access-management-1.0/access/",
      "the mock's own paths begin with /access-management-1.0",
    ],
  ])("cannot be the public URL: %s", (url, reason) => {
    expect(refusal(["--public-url", url])).toEqual([expect.stringContaining(reason)]);
  });

  it.each(["http://localhost:8080", "http://localhost:8080/", "https://a.example/b/c-1_2.3~4//"])(
    "can be the public URL: %s",
    (url) => {
      expect(parseArguments(["--public-url", url], {})).toMatchObject({
        options: { publicUrl: url },
      });
    },
  );

  it.each<[string, boolean]>([
    ["vipps.no", true],
    ["vipps.no.", true],
    ["api.VIPPS.no", true],
    ["a.b.vippsmobilepay.com.", true],
    ["vippsmobilepay.com", true],
    ["xvipps.no", false],
    ["vipps.no.example", false],
    ["localhost", false],
  ])("knows whether %s is the real service's: %s", (host, is) => {
    expect(isVippsHost(host)).toBe(is);
  });
});

describe("usage", () => {
  it("names every command and option, within 100 columns", () => {
    const text = usage();
    for (const name of OPTION_NAMES) {
      const flag = variableOf(name).slice("VIPPS_LOGIN_MOCK_".length).toLowerCase();
      expect(text).toContain(`  --${flag.replaceAll("_", "-")} `);
    }
    expect(text).toContain("  validate FILE      check a config file\n");
    expect(text).toContain(
      "  --port N                 The port to listen on; 0 picks a free one (4747)\n",
    );
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});
