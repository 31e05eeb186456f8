import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/records/diagnosis.ts";
import { FAQ } from "../../src/records/faq.ts";
import { epochSeconds } from "../../src/records/time.ts";
import * as rule from "../../src/rules/phone-number.ts";

const REQUEST = { rule: "phone-number-request", source: "documentation 2023" };
const POLL = { rule: "phone-number-poll", source: "documentation 2023" };

describe("a login_hint", () => {
  it.each([
    ["urn:msisdn:4712345678", "4712345678"],
    ["urn:msisdn:46123456", "46123456"],
    ["urn:msisdn:451234567890123", "451234567890123"],
    ["urn:msisdn:35812345", "35812345"],
    ["urn:msisdn:29912345", "29912345"],
    ["urn:mobilenumber:12345678", "4712345678"],
  ])("%s has the number %s", (hint, msisdn) => {
    expect(rule.readPhoneHint(hint)).toEqual({ msisdn });
  });

  const UNKNOWN_COUNTRY = "no country code that is known, or not 8 to 15 digits";
  const OLD_FORM = "is of the old form, which is for 8 digits of a Norwegian number";
  const NEITHER = "has neither of the two known forms";
  const CUSTOMER_TOKEN =
    "login_hint is a customer token of the QR flow, which was removed in January 2023";

  it.each([
    [undefined, "login_hint is missing"],
    ["", `login_hint  ${NEITHER}`],
    ["urn:customer-token:secret", CUSTOMER_TOKEN],
    ["x:urn:customer-token:1", `login_hint x:urn:customer-token:1 ${NEITHER}`],
    ["urn:mobilenumber:1234567", `login_hint urn:mobilenumber:1234567 ${OLD_FORM}`],
    ["urn:mobilenumber:123456789", `login_hint urn:mobilenumber:123456789 ${OLD_FORM}`],
    ["urn:mobilenumber:12345678x", `login_hint urn:mobilenumber:12345678x ${OLD_FORM}`],
    ["x:urn:mobilenumber:12345678", `login_hint x:urn:mobilenumber:12345678 ${NEITHER}`],
    ["urn:msisdn:4512345", `login_hint urn:msisdn:4512345 has ${UNKNOWN_COUNTRY}`],
    [
      "urn:msisdn:4512345678901234",
      `login_hint urn:msisdn:4512345678901234 has ${UNKNOWN_COUNTRY}`,
    ],
    ["urn:msisdn:4412345678", `login_hint urn:msisdn:4412345678 has ${UNKNOWN_COUNTRY}`],
    ["urn:msisdn:1", `login_hint urn:msisdn:1 has ${UNKNOWN_COUNTRY}`],
    ["urn:msisdn:", `login_hint urn:msisdn: ${NEITHER}`],
    ["urn:msisdn:+4712345678", `login_hint urn:msisdn:+4712345678 ${NEITHER}`],
    ["urn:msisdn:4712345678x", `login_hint urn:msisdn:4712345678x ${NEITHER}`],
    ["xurn:msisdn:4712345678", `login_hint xurn:msisdn:4712345678 ${NEITHER}`],
    ["4712345678", `login_hint 4712345678 ${NEITHER}`],
  ])("%s has none", (hint, message) => {
    expect(rule.readPhoneHint(hint)).toEqual({
      failure: {
        ...REQUEST,
        message,
        detail: expect.stringContaining("urn:msisdn:4712345678"),
      },
    });
  });
});

describe("a parameter in another spelling", () => {
  it("of login_hint: what was probably meant", () => {
    expect(rule.readPhoneHint(undefined, "loginHint")).toEqual({
      failure: {
        ...REQUEST,
        message: "login_hint is missing: what was sent is loginHint, which is ignored",
        detail: expect.stringMatching(/^Did you mean login_hint\? /),
        sent: "loginHint",
        closest: "login_hint",
      },
    });
  });

  it("beside a login_hint that is there: nothing to tell", () => {
    const hint = "urn:msisdn:4712345678";
    expect(rule.readPhoneHint(hint, "loginHint")).toEqual({ msisdn: "4712345678" });
  });
});

describe("a binding_message", () => {
  it.each(["ABCDE", "ABC-1234", "-----", "00000000"])("may be %s", (message) => {
    expect(message).toMatch(rule.BINDING_MESSAGE);
  });

  it.each(["ABCD", "ABCDEFGHI", "abcde", "ABC_1", "ABC 1", ""])("may not be %j", (message) => {
    expect(message).not.toMatch(rule.BINDING_MESSAGE);
  });
});

describe("a sales unit that has not applied for login from phone number", () => {
  it("is told so under the FAQ's rule", () => {
    expect(rule.diagnoseNoPhoneLogin("shop")).toEqual({
      rule: "phone-number",
      faq: FAQ.phoneNumberLogin,
      message: "login from phone number is not enabled for the sales unit of client_id shop",
      detail: expect.stringContaining("features.loginFromPhoneNumber"),
    });
  });
});

describe("a request that is not as it should be", () => {
  it.each<[() => Diagnosis, Partial<Diagnosis>]>([
    [rule.diagnoseNoScope, { message: "scope is missing" }],
    [
      rule.diagnoseNnin,
      {
        message: "login from phone number does not have the scope nnin",
        sent: "nnin",
        closest: "nin",
      },
    ],
    [
      () => rule.diagnoseBindingMessage('a"b'),
      { message: 'binding_message "a\\"b" does not match ^[A-Z0-9-]{5,8}$' },
    ],
    [
      () => rule.diagnoseRequestedExpiry("59"),
      { message: 'requested_expiry "59" is not a whole number from 60 to 900' },
    ],
    [
      rule.diagnoseIgnoredExpiry,
      {
        source: "developer site; agent toolkit",
        message: "requested_expiry is ignored: it was introduced in August 2024",
      },
    ],
    [
      () => rule.diagnoseIgnored("redirect_uri", "https://a.example"),
      { message: "redirect_uri https://a.example is ignored" },
    ],
    [
      () => rule.diagnoseTooMany("u1", 5, 30),
      {
        message: "5 logins from phone number wait for the user u1 already",
        detail:
          "Answer one of them, wait 30 seconds as Retry-After says, or set limits.phoneLoginsPerUser.",
      },
    ],
  ])("%#: is told what is wrong", (diagnosis, expected) => {
    expect(diagnosis()).toEqual({
      ...REQUEST,
      detail: expect.stringMatching(/\w\.$/),
      ...expected,
    });
  });
});

describe("a poll that gets no tokens", () => {
  it.each<[() => Diagnosis, Partial<Diagnosis>]>([
    [
      () => rule.diagnoseUnknownRequest(undefined),
      { message: "the token request has no auth_req_id" },
    ],
    [
      () => rule.diagnoseUnknownRequest("made-up"),
      { message: "no login from phone number has this auth_req_id" },
    ],
    [
      () => rule.diagnoseOtherPoller("shop", "bar"),
      {
        message: "the login was begun by client_id shop, but bar polls for it",
        sent: "bar",
        closest: "shop",
      },
    ],
    [
      rule.diagnosePolledRedirect,
      {
        message: "the login is of the redirect variant, which is not polled for",
        detail: expect.stringContaining("urn:vipps:params:grant-type:ciba-redirect."),
      },
    ],
    [
      () => rule.diagnoseRedeemed(7),
      { message: "the tokens of this login were issued 7 seconds ago, and they are issued once" },
    ],
    [rule.diagnosePending, { message: "the user has not answered yet" }],
    [
      () => rule.diagnoseTooFast(2, 5, 10),
      {
        message: "the poll came 2 seconds after the one before, but the interval is 5 seconds",
        detail: "Wait 10 seconds from now on: each slow_down adds 5 to the interval.",
      },
    ],
    [
      () => rule.diagnoseExpiredRequest(epochSeconds(1000), epochSeconds(1030)),
      { message: "the login expired 30 seconds ago" },
    ],
    [
      () => rule.diagnoseExpiredRequest(epochSeconds(1000), epochSeconds(1030), epochSeconds(900)),
      {
        message:
          "the user had approved it 100 seconds before its end, but no poll came until the login " +
          "expired 30 seconds ago; the consent and the count in the statistics stand",
      },
    ],
    [
      rule.diagnosePhoneCode,
      {
        message: "the code belongs to a login from phone number, which has a grant of its own",
        detail: expect.stringContaining("grant_type=urn:vipps:params:grant-type:ciba-redirect"),
      },
    ],
    [
      rule.diagnoseBrowserCode,
      {
        message: "the code belongs to a login in the browser, not to one from phone number",
        detail: expect.stringContaining("grant_type=authorization_code"),
      },
    ],
    [
      rule.diagnoseNeedlessRedirectUri,
      { message: "redirect_uri is ignored: the grant of the redirect variant has none" },
    ],
  ])("%#: is told why", (diagnosis, expected) => {
    expect(diagnosis()).toEqual({ ...POLL, detail: expect.stringMatching(/\w\.$/), ...expected });
  });
});
