import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import {
  checkRedirectUri,
  isLoopbackHost,
  whyNotRegistrable,
} from "../../src/rules/redirect-uri.ts";
import { fc } from "../support/properties.ts";

const registered = ["https://shop.example/cb", "http://localhost:3000/cb", "myapp://login"];

/** What may stand in a redirect URI. */
const uris = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  fc.stringMatching(/^[a-z][a-z.]{0,10}:\/\/[A-Za-z0-9/._~%?=&-]{1,30}$/),
);

describe(FAQ.redirectUris, () => {
  it.each(registered)("%s is registered", (uri) => {
    expect(checkRedirectUri(uri, registered)).toBeUndefined();
  });

  it("every one of any number that is registered passes", () => {
    fc.assert(
      fc.property(fc.array(uris), uris, fc.array(uris), (some, one, others) => {
        expect(checkRedirectUri(one, [...some, one, ...others])).toBeUndefined();
      }),
    );
  });

  it("any change of one character is refused", () => {
    const change = fc.record({
      place: fc.nat(),
      kind: fc.constantFrom("replace", "insert", "delete"),
      character: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    });
    fc.assert(
      fc.property(uris, change, (uri, { place, kind, character }) => {
        const at = place % uri.length;
        const requested =
          uri.slice(0, at) +
          (kind === "delete" ? "" : character) +
          uri.slice(kind === "insert" ? at : at + 1);
        fc.pre(requested !== uri);
        expect(checkRedirectUri(requested, [uri])).toMatchObject({
          rule: "redirect-uri",
          faq: "What are the requirements for Redirect URIs?",
          closest: uri,
        });
      }),
    );
  });

  it.each([
    ["the case", "https://shop.example/CB"],
    ["the case of the host", "https://SHOP.example/cb"],
    ["a query", "https://shop.example/cb?x=1"],
    ["an empty query", "https://shop.example/cb?"],
    ["a trailing slash", "https://shop.example/cb/"],
    ["the encoding", "https://shop.example/%63b"],
    ["the default port", "https://shop.example:443/cb"],
    ["a fragment", "https://shop.example/cb#"],
    ["white space", "https://shop.example/cb "],
    ["another port of localhost", "http://localhost:3001/cb"],
    ["a path below", "https://shop.example/cb/more"],
    ["dots", "https://shop.example/x/../cb"],
    ["a user before the host", "https://shop.example@evil.example/cb"],
    ["nothing", ""],
  ])("%s makes a difference", (_, uri) => {
    expect(checkRedirectUri(uri, registered)).toBeDefined();
  });

  it("without any registered one, that is said", () => {
    expect(checkRedirectUri("https://shop.example/cb", [])).toStrictEqual({
      rule: "redirect-uri",
      faq: "What are the requirements for Redirect URIs?",
      message:
        "redirect_uri https://shop.example/cb is not registered; the sales unit has no redirect URI at all",
      detail: "Register https://shop.example/cb on the sales unit.",
    });
  });

  it.each([
    ["http://localhost:3000/cb/", "http://localhost:3000/cb", " only by the trailing slash"],
    ["http://localhost:3000/cb", "http://localhost:3000/cb/", " only by the trailing slash"],
    ["https://a.example/cb/?x=1", "https://a.example/cb?x=1", " only by the trailing slash"],
    ["https://a.example/CB", "https://a.example/cb", " only by upper and lower case"],
    ["https://a.example/cb?x=1", "https://a.example/cb", " only by the query"],
    ["https://a.example/cb?x=1", "https://a.example/cb?x=2", " only by the query"],
    ["https://a.example/cb#top", "https://a.example/cb", " only by the fragment"],
    ["http://a.example/cb", "https://a.example/cb", " only by the scheme"],
    [
      "http://127.0.0.1:3000/cb",
      "http://localhost:3000/cb",
      " only by localhost against 127.0.0.1",
    ],
    ["http://localhost:3001/cb", "http://localhost:3000/cb", " only by the port"],
    ["http://localhost/cb", "http://localhost:3000/cb", " only by the port"],
    ["com.app-1://login:3000/cb", "com.app-1://login:3001/cb", " only by the port"],
    ["myapp:/http://a:3000", "myapp:/http://a:3001", ""],
    ["https://a.example/a:1", "https://a.example/a:2", ""],
    ["https://a.example/a/b", "https://a.example/ab", ""],
    ["https://a.example/c%62", "https://a.example/cb", " only by the percent-encoding"],
    ["https://a.example/c%zz", "https://a.example/cb", ""],
    ["https://a.example/c%zz", "https://a.example/c%zy", ""],
    ["https://a.example/other", "https://a.example/cb", ""],
    ["http://A.example/cb/", "https://a.example/cb", ""],
  ])("%s against %s differs%s", (requested, known, how) => {
    const needs = ' (on plain http that needs "a.example" in rules.httpRedirectHosts)';
    const condition = requested.startsWith("http://") && /a\.example/i.test(requested) ? needs : "";
    expect(checkRedirectUri(requested, [known])).toMatchObject({
      message: `redirect_uri ${requested} differs from the registered ${known}${how}`,
      detail: `Send ${known} exactly, or register ${requested} on the sales unit${condition}.`,
      sent: requested,
      closest: known,
    });
  });

  it.each([
    [[], "Register http://shop:3000/cb on the sales unit"],
    [["https://a.example/x"], "Register http://shop:3000/cb on the sales unit"],
    [["http://shop:3000/cb/"], "or register http://shop:3000/cb on the sales unit"],
  ])(
    "where %j is registered, it says that plain http needs a setting, until it has it",
    (known, begin) => {
      const need = ' (on plain http that needs "shop" in rules.httpRedirectHosts)';
      const detailWith = (hosts: string[]) =>
        checkRedirectUri("http://shop:3000/cb", known, hosts)?.detail;
      expect(detailWith([])).toContain(`${begin}${need}`);
      expect(detailWith(["other"])).toContain(`${begin}${need}`);
      expect(detailWith(["shop"])).toContain(begin);
      expect(detailWith(["shop"])).not.toContain("httpRedirectHosts");
    },
  );

  it.each(["http://shop#x", "http://a..b/cb", "http://shop:99999/cb", "https://shop/cb"])(
    "asks for no setting where none would help: %s",
    (uri) => {
      expect(checkRedirectUri(uri, [])?.detail).toBe(`Register ${uri} on the sales unit.`);
    },
  );

  it("compares with the closest one", () => {
    const known = ["https://other.example/login", "https://shop.example/cb", "myapp://x"];
    expect(checkRedirectUri("https://shop.example/cb/", known)?.closest).toBe(known[1]);
  });
});

describe("a redirect URI that is like none of the registered ones", () => {
  const known = Array.from({ length: 6 }, (_, index) => `https://shop.example/${index}`);

  it("is not told to be one of them", () => {
    const diagnosis = checkRedirectUri("http://localhost:3000/api/auth/callback", known);
    expect(diagnosis).toMatchObject({
      message: "redirect_uri http://localhost:3000/api/auth/callback is not registered",
      detail:
        "Register http://localhost:3000/api/auth/callback on the sales unit, or send one that is " +
        "registered: https://shop.example/0, https://shop.example/1, https://shop.example/2, " +
        "https://shop.example/3, https://shop.example/4 and 1 more.",
    });
    expect(diagnosis).not.toHaveProperty("closest");
  });

  it("is told with each of five", () => {
    expect(checkRedirectUri("", known.slice(0, 5))?.detail).toBe(
      `Send one of those that are registered: ${known.slice(0, 5).join(", ")}.`,
    );
  });

  it("is one of them all the same where only a common slip is between them", () => {
    const requested = "https://shop.example/3?return=/basket/checkout/summary";
    expect(checkRedirectUri(requested, known)).toMatchObject({
      message: `redirect_uri ${requested} differs from the registered ${known[3]} only by the query`,
      closest: known[3],
    });
  });
});

describe(FAQ.multipleUris, () => {
  it("any number can be registered", () => {
    const many = Array.from({ length: 500 }, (_, index) => `https://shop.example/cb/${index}`);
    expect(checkRedirectUri("https://shop.example/cb/499", many)).toBeUndefined();
    expect(checkRedirectUri("https://shop.example/cb/500", many)).toBeDefined();
  });
});

describe("what can be registered", () => {
  it.each([
    "https://shop.example",
    "https://shop.example/cb?next=%2Fhome&x=1",
    "https://shop.example:8443/cb",
    "HTTPS://shop.example/cb",
    "https://192.0.2.7/cb",
    "https://[2001:db8::1]/cb",
    "https://xn--blbr-roah.example/cb",
    "https://localhost/cb",
    "http://localhost",
    "http://localhost:3000/cb",
    "http://localhost?x=1",
    "http://LOCALHOST:3000/cb",
    "http://a.localhost/cb",
    "http://a.b.localhost:3000/cb",
    "http://127.0.0.1/cb",
    "http://127.0.0.2:8080/cb",
    "http://127.255.255.254/cb",
    "http://[::1]:3000/cb",
    "http://[0:0:0:0:0:0:0:1]/cb",
  ])("%s can", (uri) => {
    expect(whyNotRegistrable(uri)).toBeUndefined();
  });

  it.each([
    ["http://shop.example/cb", "shop.example"],
    ["http://localhost.evil.com/cb", "localhost.evil.com"],
    ["http://evillocalhost/cb", "evillocalhost"],
    ["http://127.0.0.1.evil.com/cb", "127.0.0.1.evil.com"],
    ["http://127.evil.com/cb", "127.evil.com"],
    ["http://128.0.0.1/cb", "128.0.0.1"],
    ["http://126.255.255.255/cb", "126.255.255.255"],
    ["http://10.0.0.1/cb", "10.0.0.1"],
    ["http://0.0.0.0/cb", "0.0.0.0"],
    ["http://[::]/cb", "[::]"],
    ["http://[::2]/cb", "[::2]"],
    ["http://[::ffff:127.0.0.1]/cb", "[::ffff:7f00:1]"],
    ["http://1.127.0.0.1.com/cb", "1.127.0.0.1.com"],
    ["http://127.1/cb", "127.1"],
    ["http://127.0.0.010/cb", "127.0.0.010"],
    ["http://0177.0.0.1/cb", "0177.0.0.1"],
    ["http://2130706433/cb", "2130706433"],
    ["http://0x7f.1/cb", "0x7f.1"],
    ["HTTP://Shop.Example/cb", "shop.example"],
    ["http://shop:3000/cb", "shop"],
    ["http://10.0.2.2:3000?x=1", "10.0.2.2"],
    ["http://host.docker.internal/cb", "host.docker.internal"],
  ])("%s cannot, unless its host is opened: http is for this machine only", (uri, host) => {
    const reason = `http is for localhost and loopback addresses only, not ${host}: use https, or add "${host}" to rules.httpRedirectHosts`;
    expect(whyNotRegistrable(uri)).toBe(reason);
    expect(whyNotRegistrable(uri, ["other", `x.${host}`, `${host}:3000`])).toBe(reason);
    expect(whyNotRegistrable(uri, ["other", host])).toBeUndefined();
  });

  it("knows an opened host in upper and lower case", () => {
    expect(whyNotRegistrable("http://shop:3000/cb", ["Shop"])).toBeUndefined();
    expect(whyNotRegistrable("http://SHOP:3000/cb", ["shop"])).toBeUndefined();
  });

  it.each([
    "http://localhost.:3000/cb",
    "http://.localhost/cb",
    "http://a..localhost/cb",
    "http://localhos%74/cb",
    "http://localhost%2eevil.com/cb",
    "http://*.shop.example/cb",
  ])("%s cannot: http is for this machine only, and no setting can name that host", (uri) => {
    expect(whyNotRegistrable(uri)).toMatch(
      /^http is for localhost and loopback addresses only, not .+: use https$/,
    );
  });

  it("opens nothing but the host: all else is as strict as for localhost", () => {
    const open = ["shop", "user@shop", "shop:3000", "*"];
    for (const uri of [
      "http://shop/cb#part",
      "http://user@shop/cb",
      "http://shop:99999/cb",
      "http://other/cb",
      "http://a.shop/cb",
    ]) {
      expect(whyNotRegistrable(uri, open), uri).toBeDefined();
    }
  });

  it("judges the host as it is written, not as a browser would read it", () => {
    expect(new URL("http://0177.0.0.1/cb").hostname).toBe("127.0.0.1");
    expect(whyNotRegistrable("http://0177.0.0.1:3000/cb")).toBe(
      'http is for localhost and loopback addresses only, not 0177.0.0.1: use https, or add "0177.0.0.1" to rules.httpRedirectHosts',
    );
  });

  it.each([
    ["localhost:3000/cb", "localhost:3000", "http"],
    ["localhost:3000", "localhost:3000", "http"],
    ["LOCALHOST:3000/cb", "LOCALHOST:3000", "http"],
    ["a.localhost:3000?x=1", "a.localhost:3000", "http"],
    ["shop.example:8443/cb", "shop.example:8443", "https"],
  ])("%s cannot: the scheme is missing", (uri, address, scheme) => {
    expect(whyNotRegistrable(uri)).toBe(
      `${address} is a host and a port without a scheme: put ${scheme}:// before it`,
    );
  });

  it.each([
    "https://shop.example/%C3%28",
    "https://shop.example/cb?x=%FF",
    "myapp://login/%ED%A0%80",
    "https://shop.example/%E2%82",
  ])("%s cannot: its percent-encoding is not UTF-8", (uri) => {
    expect(whyNotRegistrable(uri)).toBe("its percent-encoding is not UTF-8: encode it again");
  });

  it.each([
    "https://shop.example/cb#",
    "https://shop.example/cb#top",
    "#",
    "myapp://login#x",
    "http://localhost/#",
  ])("%s cannot: it contains #", (uri) => {
    expect(whyNotRegistrable(uri)).toBe("it contains #: leave the fragment out");
  });

  it.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://shop.example/%0aalert(1)",
    "data:text/html,hello",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://shop.example/1",
    "about:blank",
    "view-source:https://shop.example/cb",
    "filesystem:https://shop.example/x",
    "jar:https://shop.example/a.jar!/x",
    "chrome://settings",
    "intent://scan/#Intent;scheme=zxing;end".replace("#", "%23"),
    "mailto:ada@example.com",
    "tel:4712345678",
    "tel:112",
    "SMS:4712345678?body=x",
    "ws://shop.example/cb",
    "wss://shop.example/cb",
    "ftp://shop.example/cb",
  ])("%s cannot: no application gets the user back by such a scheme", (uri) => {
    expect(whyNotRegistrable(uri)).toBe(
      `${uri.slice(0, uri.indexOf(":")).toLowerCase()}: is no scheme to redirect to: use https`,
    );
  });

  it.each([
    "",
    "/cb",
    "//shop.example/cb",
    "shop.example/cb",
    "cb",
    "1app://login",
    "://login",
    "my_app://login",
    ":",
  ])("%j cannot: it is not absolute", (uri) => {
    expect(whyNotRegistrable(uri)).toMatch(/^it is not absolute/);
  });

  it.each([
    " https://shop.example/cb",
    "https://shop.example/cb ",
    "https://shop.example/c b",
    "https://shop.example/cb\n",
    "java\tscript:alert(1)",
    "https://shop.example/blåbær",
    "https://shop.example/\u0000",
    "https://shop.example/\u007f",
    "https://shop.example/\u202e",
  ])("%j cannot: it contains what must be percent-encoded", (uri) => {
    expect(whyNotRegistrable(uri)).toMatch(/^it contains a space, a control character or a letter/);
  });

  it.each([
    "https://shop.example\\@evil.com/cb",
    "https://shop.example/<script>",
    'https://shop.example/"',
    "https://shop.example/{id}",
    "https://shop.example/a|b",
    "https://shop.example/a^b",
    "https://shop.example/`",
    "https://shop.example/%",
    "https://shop.example/%4",
    "https://shop.example/%zz",
  ])("%s cannot: no URI may have that character", (uri) => {
    expect(whyNotRegistrable(uri)).toBe(
      "it contains a character that no URI may have: percent-encode it",
    );
  });

  it.each([
    ["https://", "https"],
    ["https:///cb", "https"],
    ["https:shop.example/cb", "https"],
    ["https:/shop.example/cb", "https"],
    ["https:/https://shop.example/cb", "https"],
    ["https://?x=1", "https"],
    ["http:///localhost", "http"],
    ["http://127.0.0.999/cb", "http"],
    ["https://shop.example:99999/cb", "https"],
  ])("%s cannot: it names no host", (uri, scheme) => {
    expect(whyNotRegistrable(uri)).toBe(`it names no host: write ${scheme}://host/path`);
  });

  it.each([
    "https://user@shop.example/cb",
    "https://user:secret@shop.example/cb",
    "https://:secret@shop.example/cb",
    "http://localhost@evil.com/cb",
    "http://evil.com:80@localhost/cb",
    "http://@localhost/cb",
    "https://:@shop.example/cb",
  ])("%s cannot: it contains a user name or password", (uri) => {
    expect(whyNotRegistrable(uri)).toBe("it contains a user name or password: leave them out");
  });

  it.each([
    "myapp://http[::1]",
    "myapp://[::1/cb",
    "myapp://login:99999/cb",
    "myapp://login:port/cb",
    "myapp://@/cb",
  ])("%s cannot: no browser can read it", (uri) => {
    expect(whyNotRegistrable(uri)).toBe(
      "what follows :// is no host that a browser can read: write myapp://path-to-something",
    );
  });

  it("is either refused or led by a browser where its text says", () => {
    const pieces = fc.constantFrom(
      ...["http", "https", "myapp", "javascript", ":", "/", "//", "\\", "@", "#", "?", "%"],
      ...["localhost", ".localhost", "127.0.0.1", "[::1]", ".evil.com", " ", "\t", "x", "å"],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const uri = parts.join("");
        if (whyNotRegistrable(uri) !== undefined) return;
        const { protocol, hostname, hash, username } = new URL(uri);
        expect(protocol).not.toBe("javascript:");
        expect(hash).toBe("");
        expect(uri).toMatch(/^[\x21-\x7e]+$/);
        if (protocol === "https:") expect(username).toBe("");
        if (protocol === "http:") {
          expect(hostname).toMatch(/^(|.*\.)localhost$|^127\.\d+\.\d+\.\d+$|^\[::1\]$/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe(FAQ.customScheme, () => {
  it.each([
    "myapp://path-to-something",
    "myapp://path",
    "myapp:///x",
    "com.example.app:/cb",
    "com.example.app://cb/more?x=1",
    "my-app+v2.x://cb",
    "MyApp://login",
    "myapp://login:3000/cb",
    "myapp:123456/cb",
    "myapp:v1",
    "no.vipps.shop:/cb",
    "chrome-extension://mjbkfoipnpcdnkhlgdhmkgnfpjgpfcdn/cb.html",
    "myapp://bl%C3%A5b%C3%A6r",
  ])("%s can be registered", (uri) => {
    expect(whyNotRegistrable(uri)).toBeUndefined();
  });

  it.each([
    "myapp:",
    "myapp:/",
    "myapp://",
    "myapp:///",
    "myapp:?x=1",
    "myapp://?x=1",
    "myapp:///?x=1",
  ])("%s cannot: a path is required", (uri) => {
    expect(whyNotRegistrable(uri)).toBe(
      "a custom scheme needs a path: write myapp://path-to-something",
    );
  });
});

describe("isLoopbackHost", () => {
  it.each(["localhost", "a.localhost", "a-1.b_.localhost", "127.0.0.1", "127.10.200.3", "[::1]"])(
    "%s",
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([
    "localhost.evil.com",
    "evillocalhost",
    "127.0.0.1.evil.com",
    "1.127.0.0.1",
    "127.0.0",
    "127.0.0.1.1",
    "0177.0.0.1",
    "127.0.0.010",
    "127.0.0.1000",
    "128.0.0.1",
    ".localhost",
    "a..localhost",
    "%61.localhost",
    "::1",
    "[::2]",
    "",
  ])("not %j", (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
