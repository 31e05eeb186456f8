import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/records/diagnosis.ts";
import { FAQ } from "../../src/records/faq.ts";
import type { NotServed, WrongKey } from "../../src/rules/partner-keys.ts";
import {
  diagnoseBrowserFlow,
  diagnoseExpiredPlatformToken,
  diagnoseKeyAsId,
  diagnoseMissingKey,
  diagnoseMsnBesideClient,
  diagnoseMsnInsteadOfClient,
  diagnoseNoMsn,
  diagnoseNoPlatformToken,
  diagnoseNotServed,
  diagnoseOwnPlatformToken,
  diagnosePostOnlyTarget,
  diagnoseUnknownHolder,
  diagnoseUnknownMsn,
  diagnoseUnknownPlatformToken,
  diagnoseWrongKey,
} from "../../src/rules/partner-keys.ts";

const wrongKey = (over: Partial<WrongKey>): WrongKey => ({
  header: "client_secret",
  clientId: "partner",
  sent: "sent",
  expected: "expected",
  owner: undefined,
  ...over,
});

const notServed = (over: Partial<NotServed>): NotServed => ({
  msn: "100002",
  holder: "the partner tills",
  served: ["100001", "200002"],
  exists: true,
  ...over,
});

describe(FAQ.partnerKeys, () => {
  it.each<[string, () => Diagnosis, string, string | undefined]>([
    [
      "a missing key",
      () => diagnoseMissingKey("client_secret"),
      "the header client_secret is missing",
      undefined,
    ],
    [
      "an unknown client_id",
      () => diagnoseUnknownHolder("partnr", ["shop", "partner"]),
      "the header client_id is partnr, which no partner and no sales unit has",
      "partner",
    ],
    [
      "a subscription key as client_id",
      () => diagnoseKeyAsId("Ocp-Apim-Subscription-Key", "partner"),
      "the Ocp-Apim-Subscription-Key of partner was sent as client_id",
      "partner",
    ],
    [
      "a wrong secret",
      () => diagnoseWrongKey(wrongKey({})),
      "the header client_secret sent with the client_id partner is wrong",
      undefined,
    ],
    [
      "a secret with a space behind it",
      () => diagnoseWrongKey(wrongKey({ sent: "expected " })),
      "the header client_secret sent with the client_id partner is wrong only by white space around it",
      undefined,
    ],
    [
      "the subscription key of another",
      () => diagnoseWrongKey(wrongKey({ header: "Ocp-Apim-Subscription-Key", owner: "other" })),
      "the header Ocp-Apim-Subscription-Key sent with the client_id partner is wrong: it belongs to the client_id other",
      "other",
    ],
    [
      "no Authorization header",
      () => diagnoseNoPlatformToken(false),
      "the request has no Authorization header",
      undefined,
    ],
    [
      "another Authorization header",
      () => diagnoseNoPlatformToken(true),
      "the Authorization header is not Bearer followed by one token",
      undefined,
    ],
    [
      "a token of nobody",
      () => diagnoseUnknownPlatformToken(false),
      "the Bearer token was never issued by /accesstoken/get, or its holder was removed",
      undefined,
    ],
    [
      "an access token",
      () => diagnoseUnknownPlatformToken(true),
      "the Bearer token is the access token of a login, not a platform token",
      undefined,
    ],
    [
      "an old token",
      () => diagnoseExpiredPlatformToken(5),
      "the platform token expired 5 seconds ago",
      undefined,
    ],
    [
      "a sales unit's own token",
      () => diagnoseOwnPlatformToken("100001"),
      "the platform token was given for the keys of the sales unit 100001, and only a partner's authenticates",
      undefined,
    ],
    [
      "nobody to act for",
      () => diagnoseNoMsn(["100001"]),
      "the header Merchant-Serial-Number is missing",
      undefined,
    ],
    [
      "a sales unit of others",
      () => diagnoseNotServed(notServed({})),
      "the Merchant-Serial-Number is 100002, and the partner tills does not act for that sales unit",
      "100001",
    ],
    [
      "a sales unit that is not there",
      () => diagnoseNotServed(notServed({ msn: "100003", exists: false })),
      "the Merchant-Serial-Number is 100003, which no sales unit has",
      "100001",
    ],
    [
      "a sales unit of client_secret_post",
      () => diagnosePostOnlyTarget("100003"),
      "partner keys reach only sales units of client_secret_basic, and 100003 takes client_secret_post",
      "client_secret_basic",
    ],
    [
      "the browser flow",
      () => diagnoseBrowserFlow(),
      "a platform token was sent in the browser flow, and partner keys are for login from phone number only",
      undefined,
    ],
    [
      "msn where it is not known",
      () => diagnoseMsnInsteadOfClient("100001"),
      "client_id is missing and msn is 100001: partner keys are not for the browser flow",
      undefined,
    ],
    [
      "an unknown msn",
      () => diagnoseUnknownMsn("10001", ["200002", "100001"]),
      "no sales unit has the msn 10001",
      "100001",
    ],
    [
      "msn beside client_id",
      () => diagnoseMsnBesideClient("100001"),
      "msn=100001 is ignored, because client_id was sent too",
      undefined,
    ],
  ])("%s", (_what, diagnose, message, closest) => {
    const diagnosis = diagnose();
    expect(diagnosis).toMatchObject({
      rule: "partner-keys",
      faq: "Can I use partner keys for Vipps login?",
      message,
    });
    expect(diagnosis.closest).toBe(closest);
    expect(diagnosis.detail).toMatch(/^[A-Z].*\.$/s);
  });

  it("names those that a partner acts for, or none", () => {
    expect(diagnoseNoMsn(["100001", "100004"]).detail).toContain("acts for 100001, 100004.");
    expect(diagnoseNoMsn([]).detail).toContain("acts for none.");
    const nobody = diagnoseNotServed(notServed({ served: [] }));
    expect(nobody.detail).toContain("(none)");
    expect(nobody).not.toHaveProperty("closest");
  });

  it("repeats no key", () => {
    const secrets = { sent: "sent-secret", expected: "expected-secret" };
    const told = JSON.stringify([
      diagnoseWrongKey(wrongKey(secrets)),
      diagnoseWrongKey(wrongKey({ ...secrets, owner: "other" })),
      diagnoseKeyAsId("client_secret", "partner"),
    ]);
    expect(told).not.toMatch(/sent-secret|expected-secret/);
  });
});
