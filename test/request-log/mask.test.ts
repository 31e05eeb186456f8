import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  addressOf,
  maskBody,
  masked,
  maskHeader,
  maskPath,
  maskUrl,
  withoutSecret,
} from "../../src/request-log/mask.ts";
import { maskMessage, messageAsSent } from "../../src/request-log/message.ts";

const SECRET = "s3cret+value/of=the~test";
const encoded = encodeURIComponent(SECRET);
/** Typed out here: four characters, and the beginning of the SHA-256. */
const MASKED = `s3cr***${createHash("sha256").update(SECRET).digest("hex").slice(0, 8)}`;

const FORM = "application/x-www-form-urlencoded";

describe("a masked secret", () => {
  it.each([
    ["", ""],
    ["abc", "***ba7816bf"],
    ["abcd", "a***88d4266f"],
    ["a&b=c d%20 and more", "a***"],
    ["ümlaut-and-more", "***"],
  ])(
    "of %j shows a quarter of it at most, and nothing that would need escaping",
    (secret, shown) => {
      expect(masked(secret)).toMatch(new RegExp(`^${shown.replaceAll("*", "\\*")}`));
      expect(masked(secret)).toMatch(/^[\w.~*-]*$/);
    },
  );

  it("is the same for the same secret, and another for another", () => {
    expect(masked(SECRET)).toBe(MASKED);
    expect(masked(SECRET)).not.toBe(masked(`${SECRET} `));
  });
});

const NAMES = [
  "access_token",
  "auth_req_id",
  "client_assertion",
  "client_secret",
  "code",
  "code_verifier",
  "consent_challenge",
  "consent_verifier",
  "id_token",
  "id_token_hint",
  "login_verifier",
  "refresh_token",
  "token",
];

describe.each(NAMES)("%s", (name) => {
  it.each([
    [
      "a URL",
      maskUrl(`http://h/p?a=1&${name}=${encoded}&b=2`),
      `http://h/p?a=1&${name}=${MASKED}&b=2`,
    ],
    [
      "a fragment",
      maskUrl(`https://h/cb?x=1#${name}=${encoded}`),
      `https://h/cb?x=1#${name}=${MASKED}`,
    ],
    ["a Location", maskHeader("location", `/p?${name}=${encoded}`), `/p?${name}=${MASKED}`],
    ["a Referer", maskHeader("referer", `/p?${name}=${encoded}`), `/p?${name}=${MASKED}`],
    ["a header", maskHeader(name.replaceAll("_", "-"), SECRET), MASKED],
    ["a form", maskBody(`${name}=${encoded}&a=1`, FORM), `${name}=${MASKED}&a=1`],
    [
      "a form, its name escaped",
      maskBody(`a=1&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${encoded}`, FORM),
      `a=1&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${MASKED}`,
    ],
    ["a form without a type", maskBody(`${name}=${encoded}`, undefined), `${name}=${MASKED}`],
    ["a plain text", maskBody(`x ${name}=${encoded} y`, "text/plain"), `x ${name}=${MASKED} y`],
    [
      "JSON",
      maskBody(JSON.stringify({ a: 1, [name]: SECRET, b: 2 }), "application/json"),
      JSON.stringify({ a: 1, [name]: MASKED, b: 2 }),
    ],
    [
      "JSON that calls itself a form",
      maskBody(`{"${name}": "${SECRET}"}`, FORM),
      `{"${name}": "${MASKED}"}`,
    ],
    [
      "JSON that breaks off",
      maskBody(`{"${name}":"${SECRET}`, "application/json"),
      `{"${name}":"${MASKED}`,
    ],
    [
      "a form, its name in other cases",
      maskBody(`${name.toUpperCase()}=${encoded}&a=1`, FORM),
      `${name.toUpperCase()}=${MASKED}&a=1`,
    ],
    [
      "JSON, its name in other cases",
      maskBody(`{"${name.toUpperCase()}":"${SECRET}"}`, "application/json"),
      `{"${name.toUpperCase()}":"${MASKED}"}`,
    ],
    [
      "an object in single quotes",
      maskBody(`{'a': 'b', '${name}': '${SECRET}'}`, FORM),
      `{'a': 'b', '${name}': '${MASKED}'}`,
    ],
    [
      "a page",
      maskBody(`<input type="hidden" name="${name}" value="${SECRET}">`, "text/html"),
      `<input type="hidden" name="${name}" value="${MASKED}">`,
    ],
    [
      "multipart",
      maskBody(
        `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${SECRET}\r\n--x--`,
        "multipart/form-data; boundary=x",
      ),
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${MASKED}\r\n--x--`,
    ],
  ])("is masked in %s", (_place, written, expected) => {
    expect(written).toBe(expected);
    expect(written).not.toContain("of=the");
  });
});

describe("an address", () => {
  const token = "T024BE7LD-and-so-on-and-so-forth-XXXX";
  it.each([
    ["https://a.example.com/hook?code=1#2", "https://a.example.com/hook"],
    ["http://localhost:3000", "http://localhost:3000/"],
    [`https://hooks.example.com/${token}?x=1`, `https://hooks.example.com/${masked(token)}`],
    [
      "https://a-host-with-a-very-long-name.example.com/hook",
      "https://a-host-with-a-very-long-name.example.com/hook",
    ],
  ])("%s is named as %s", (url, named) => {
    expect(addressOf(url)).toBe(named);
  });
});

describe("a path", () => {
  it.each([
    [`/a/${"x".repeat(31)}/b`, `/a/${"x".repeat(31)}/b`],
    [`/a/${"x".repeat(32)}/b`, `/a/${masked("x".repeat(32))}/b`],
    ["/access-management-1.0/access/.well-known/openid-configuration", undefined],
    ["/userinfo/257f4c56-088c-5d56-92a4-6ccdcf81fa40", undefined],
    [
      "/userinfo/257f4c56-088c-5d56-92a4-6ccdcf81fa401",
      `/userinfo/${masked("257f4c56-088c-5d56-92a4-6ccdcf81fa401")}`,
    ],
  ])("%s has no segment left that could be a token", (path, expected = path) => {
    expect(maskPath(path)).toBe(expected);
    expect(maskUrl(`http://h${path}`)).toBe(`http://h${expected}`);
    expect(maskUrl(`http://h${path}?a=1`)).toBe(`http://h${expected}?a=1`);
  });
});

it("masks a secret wherever it stands once it is known as one", () => {
  const value = { a: `x ${SECRET} y`, b: [encoded, 3, null], c: { d: true, e: undefined } };
  expect(withoutSecret(value, SECRET)).toEqual({
    a: `x ${MASKED} y`,
    b: [MASKED, 3, null],
    c: { d: true, e: undefined },
  });
});

describe("headers", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it.each([
    ["authorization", `Basic ${base64(`shop:${encoded}`)}`, `Basic shop:${MASKED}`],
    ["authorization", `basic ${base64(`a%20b:${encoded}`)}`, `Basic a b:${MASKED}`],
    ["authorization", `Bearer ${SECRET}`, `Bearer ${MASKED}`],
    ["authorization", SECRET, MASKED],
    ["proxy-authorization", `Bearer ${SECRET}`, `Bearer ${MASKED}`],
    ["cookie", `a=${SECRET}; b=${SECRET}`, `a=${MASKED}; b=${MASKED}`],
    ["set-cookie", `a=${SECRET}; Path=/; HttpOnly`, `a=${MASKED}; Path=/; HttpOnly`],
    ["set-cookie", "a=; Path=/", "a=; Path=/"],
    ["ocp-apim-subscription-key", SECRET, MASKED],
    ["client_secret", SECRET, MASKED],
    ["client-secret", SECRET, MASKED],
  ])("%s: %s", (name, value, expected) => {
    expect(maskHeader(name, value)).toBe(expected);
  });

  it("masks what is no Basic though it says so", () => {
    expect(maskHeader("authorization", "Basic shop:public-secret")).toMatch(
      /^Basic shop\*\*\*\w{8}$/,
    );
    expect(maskHeader("authorization", "Bearer")).toMatch(/^B\*\*\*\w{8}$/);
  });

  it("keeps each of several values apart, numbers too", () => {
    const cookies = [`a=${SECRET}`, `b=${SECRET}`];
    const sent = { headers: { "set-cookie": cookies, age: 3, x: undefined }, body: "" };
    const { headers } = maskMessage(messageAsSent(sent));
    expect(headers).toEqual({ "set-cookie": [`a=${MASKED}`, `b=${MASKED}`], age: "3" });
  });
});

it.each([
  ["client_id=shop&state=abc&nonce=def&code_challenge=ghi&redirect_uri=http%3A%2F%2Fh%2Fcb", FORM],
  ["error=invalid_grant&error_code=x&encode=y&xcode=z", FORM],
  ['{"error":"invalid_request","error_description":"code=","sub":"x"}', "application/json"],
  ["login_challenge=0123456789abcdef0123456789abcdef", FORM],
  ["zip-code=1234 barcode=1", "text/plain"],
])("leaves alone what is no secret: %s", (text, type) => {
  expect(maskBody(text, type)).toBe(text);
});

it.each([
  [`grant_type=a;code=${SECRET}`, `grant_type=a%3Bcode%3D${MASKED}`],
  [
    `a=1&u=${encodeURIComponent(`http://h/?code=${SECRET}`)}`,
    `a=1&u=http%3A%2F%2Fh%2F%3Fcode%3D${MASKED}`,
  ],
])("masks a secret within another value of a form: %s", (form, expected) => {
  expect(maskBody(form, FORM)).toBe(expected);
});

it("takes a secret's whole value in a form, whatever stands in it", () => {
  for (const value of ["a=b=c", "a?b#c", 'a"b<c d', "%zz%", "a+b"]) {
    expect(maskBody(`client_secret=${value}&x=1`, FORM)).toBe(
      `client_secret=${masked(value.replaceAll("+", " "))}&x=1`,
    );
  }
});

it.each([FORM, "application/json", "multipart/form-data"])(
  "takes time by the length of a body alone, whatever is in it: %s",
  (type) => {
    for (const piece of [
      "x",
      "=",
      "&",
      "?",
      '"code":"\\',
      'name="code"\n',
      "code=",
      'name="code" value="',
      "'code':'\\\\",
    ]) {
      const hostile = piece.repeat(Math.ceil(65_536 / piece.length));
      const before = process.cpuUsage();
      maskBody(hostile, type);
      maskUrl(hostile);
      // Microseconds of this process alone, whatever else the machine does.
      expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    }
  },
);

it("compares secrets as they are meant, however they are written", () => {
  const value = 'a "quoted" secret';
  const inForm = maskBody(`code=${encodeURIComponent(value)}`, FORM).slice("code=".length);
  const inJson = JSON.parse(maskBody(JSON.stringify({ code: value }), "application/json")).code;
  expect(inForm).toBe(inJson);
});

describe("a body", () => {
  const type = { "content-type": FORM };
  const bytes = Buffer.from([...Buffer.from("x="), 0xff, 0x00, ...Buffer.from(`&code=${SECRET}`)]);

  it("that is no UTF-8 keeps its bytes in base64, its secrets masked", () => {
    const { body } = maskMessage(messageAsSent({ headers: type, body: bytes }));
    const kept = Buffer.from(body.base64 ?? "", "base64").toString("latin1");
    expect(kept.slice(0, 4)).toBe("x=\xff\x00");
    expect(kept.slice(4)).toMatch(/^&code=s3cr\*\*\*\w{8}$/);
  });

  it("is kept as it was sent", () => {
    const headers = { ...type, cookie: `a=${SECRET}` };
    const message = messageAsSent({ headers, body: bytes });
    expect(message.headers).toEqual(headers);
    expect(message.body.base64).toBe(bytes.toString("base64"));
    expect(messageAsSent({ headers, body: `code=${SECRET}` }).body.text).toBe(`code=${SECRET}`);
  });

  it("is an empty text where there is none", () => {
    const message = messageAsSent({ headers: {}, body: undefined });
    expect(message.body).toEqual({ text: "" });
    expect(maskMessage(message).body).toEqual({ text: "" });
  });
});
