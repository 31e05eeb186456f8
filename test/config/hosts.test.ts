import { describe, expect, it } from "vitest";
import { readHost } from "../../src/config/hosts.ts";
import { BadValue, OPTIONS } from "../../src/config/options.ts";

describe("readHost", () => {
  const label = "a".repeat(63);

  it.each([
    ["localhost", "localhost"],
    ["API.Vipps.No", "api.vipps.no"],
    [" api.vipps.no. ", "api.vipps.no"],
    ["vipps", "vipps"],
    ["vipps_login_mock", "vipps_login_mock"],
    ["blåbær.example", "xn--blbr-roah.example"],
    ["127.0.0.1", "127.0.0.1"],
    ["[::1]", "::1"],
    ["::1", "::1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    [`${label}.example`, `${label}.example`],
    ["1.example.com", "1.example.com"],
  ])("%s is the host %s", (text, host) => {
    expect(readHost(text)).toEqual({ host });
  });

  it.each([
    ["", '"" is empty; name a host'],
    [
      "*.vipps.no",
      '"*.vipps.no" is a wildcard; name each host that is called, such as api.vipps.no',
    ],
    [
      "https://api.vipps.no/",
      '"https://api.vipps.no/" is no host; leave out all but the name: api.vipps.no',
    ],
    ["api.vipps.no/x", '"api.vipps.no/x" is no host; leave out all but the name'],
    ["api.vipps.no:443", '"api.vipps.no:443" has a port; leave it out'],
    ["0.0.0.0", '"0.0.0.0" stands for every address; name those that are called'],
    ["[::]", '"[::]" stands for every address; name those that are called'],
    ["fe80::1%eth0", /neither a host name nor an address/],
    ["1.2.3.4.5", /neither a host name nor an address/],
    ["api..vipps.no", /neither a host name nor an address/],
    ["-api.vipps.no", /neither a host name nor an address/],
    ["api vipps", /neither a host name nor an address/],
    [`${label}a.example`, /neither a host name nor an address/],
  ])("%s is none", (text, problem) => {
    expect(readHost(text)).toEqual({
      problem: typeof problem === "string" ? problem : expect.stringMatching(problem),
    });
  });

  it("is asked for each host of --tls-hosts, and tells everything at once", () => {
    const read = OPTIONS.tlsHosts.read("api.vipps.no,*.vipps.no,x:1");
    expect(read).toBeInstanceOf(BadValue);
    expect((read as BadValue).message).toMatch(/"\*\.vipps\.no" is a wildcard.*; "x:1" has a port/);
    const hosts = ["api.vipps.no", "apitest.vipps.no"];
    expect(OPTIONS.tlsHosts.read("api.vipps.no, APITEST.vipps.no")).toEqual(hosts);
  });
});
