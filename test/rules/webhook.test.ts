import { describe, expect, it } from "vitest";
import type { AllowedAddresses } from "../../src/rules/webhook.ts";
import {
  checkWebhookAddress,
  diagnoseForeignEvents,
  diagnoseMerchantWithoutMsn,
  diagnoseNoSubscriptionKey,
  diagnoseNoWebhook,
  diagnoseOtherSubscriptionKey,
  diagnoseRegistrationBody,
  diagnoseTooManyWebhooks,
  diagnoseUnresolvedHost,
  whyNotWebhookAddress,
} from "../../src/rules/webhook.ts";

const ALLOWED: AllowedAddresses = {
  loopback: true,
  origins: ["https://shop.example.com", "http://localhost:3000"],
  hosts: ["backend", "Hooks.example.net:8443", "tls:443"],
};
const NOTHING: AllowedAddresses = { loopback: false, origins: [], hosts: [] };

describe("checkWebhookAddress", () => {
  it.each([
    "https://shop.example.com/anything?x=1",
    "HTTPS://SHOP.example.com:443/",
    "http://localhost:1234/",
    "http://app.localhost/",
    "http://127.0.0.2:80/",
    "http://[::1]/",
    "http://2130706433/",
    "http://backend/",
    "https://BACKEND:9000/",
    "https://hooks.example.net:8443/",
    "https://tls/",
  ])("lets webhooks go to %s", (url) => {
    expect(checkWebhookAddress(url, ALLOWED)).toBeUndefined();
  });

  it.each([
    ["http://shop.example.com/", "shop.example.com"],
    ["https://shop.example.com:8443/", "shop.example.com:8443"],
    ["https://hooks.example.net/", "hooks.example.net"],
    ["http://tls/", "tls"],
    ["http://backend.example.net/", "backend.example.net"],
    ["http://169.254.169.254/", "169.254.169.254"],
    ["http://localhost.example.net/", "localhost.example.net"],
  ])("does not let them go to %s", (url, host) => {
    const diagnosis = checkWebhookAddress(url, ALLOWED);
    expect(diagnosis?.rule).toBe("webhook-address");
    expect(diagnosis?.message).toContain(`may not go to ${host}:`);
    expect(diagnosis?.detail).toContain(`Put "${host}" into webhookHosts`);
  });

  it("names the origin that comes closest, if there is one", () => {
    const url = "https://shop.exmaple.com/";
    expect(checkWebhookAddress(url, ALLOWED)?.closest).toBe("https://shop.example.com");
    expect(checkWebhookAddress(url, NOTHING)).not.toHaveProperty("closest");
  });

  it.each(["http://localhost/", "http://127.0.0.1:3000/", "http://[::1]:3000/"])(
    "keeps them off this machine where that is said, but for named origins: %s",
    (url) => {
      expect(checkWebhookAddress(url, NOTHING)).toBeDefined();
      const named = { ...NOTHING, origins: [new URL(url).origin] };
      expect(checkWebhookAddress(url, named)).toBeUndefined();
    },
  );

  it.each([
    ...["", "localhost:3000", "/ping", "ftp://localhost/", "http://", "javascript:alert(1)"],
    ...[
      "http:/localhost/",
      "http:localhost",
      "http:\\\\localhost/",
      "\thttp://localhost/",
      "https://[",
    ],
  ])("takes %j for no address", (url) => {
    expect(checkWebhookAddress(url, ALLOWED)).toMatchObject({
      rule: "webhook-registration",
      message: expect.stringContaining("it is no address on the web"),
    });
  });

  it.each(["http://a:b@localhost/", "http://a@localhost/", "http://:b@localhost/"])(
    "takes no credentials, and does not repeat them: %s",
    (url) => {
      const diagnosis = checkWebhookAddress(url, ALLOWED);
      expect(diagnosis?.message).toContain("a user name or password");
      expect(JSON.stringify(diagnosis)).not.toContain(url);
    },
  );

  it("takes 2000 characters and no more, and does not repeat them", () => {
    const url = "http://localhost/".padEnd(2000, "0");
    expect(checkWebhookAddress(url, ALLOWED)).toBeUndefined();
    const { message } = checkWebhookAddress(`${url}0`, ALLOWED) ?? {};
    expect(message).toBe("url cannot be called: it has 2001 characters, and 2000 are the most");
  });
});

describe("whyNotWebhookAddress", () => {
  it.each([
    ["http://localhost/\r\nX: y", "a control character"],
    ["http://local\nhost/", "a control character"],
    ["http://localhost/a\tb", "a control character"],
    ["http://localhost/\u0000", "a control character"],
    ["http://localhost/ ", "a space"],
    ["http://støtte.example.com/", "a letter outside ASCII"],
    ["http://localhost/\u202eping", "a letter outside ASCII"],
    ["http://localhost/ping#", "it contains #"],
    ["http://localhost/#a", "it contains #"],
    ["http://localhost\\ping", "no URI may have"],
    ["http://localhost/<a>", "no URI may have"],
    ["http://localhost/%zz", "no URI may have"],
    ["http://localhost/%ff", "is not UTF-8"],
    ["http://localhost\\@evil.test/", "a user name or password"],
  ])("refuses %j and says what to do", (url, told) => {
    const reason = whyNotWebhookAddress(url);
    expect(reason).toContain(told);
    expect(reason).toMatch(/: (leave|percent-encode|encode) /);
  });

  it.each([
    "https://shop.example.com/a%20b?c=d&e=%C3%B8",
    "http://xn--sttte-wua.example.com:8080/~x",
  ])("takes %s", (url) => expect(whyNotWebhookAddress(url)).toBeUndefined());
});

it.each([
  () => diagnoseUnresolvedHost("not-yet.test"),
  () => diagnoseNoSubscriptionKey(),
  () => diagnoseOtherSubscriptionKey("demo-partner"),
  () => diagnoseMerchantWithoutMsn("100001"),
  () => diagnoseForeignEvents(["user.checked-in.v1"]),
  () => diagnoseRegistrationBody("the body is not JSON"),
  () =>
    diagnoseRegistrationBody("there is no event x", {
      sent: "x",
      closest: "login.merchant-initiated.ping.v1",
    }),
  () => diagnoseTooManyWebhooks("login.merchant-initiated.ping.v1", "100001", 25),
  () => diagnoseNoWebhook("x", "100001"),
])("says what was wrong and what to do: %s", (diagnose) => {
  const { message, detail, source } = diagnose();
  expect(message).toMatch(/^\S.*[^.\s]$/s);
  expect(detail).toMatch(/^[A-Z].*[.)]$/s);
  expect(source).toMatch(/^Webhooks API 2023(; stottemedlem)?$/);
});
