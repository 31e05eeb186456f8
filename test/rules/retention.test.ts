import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/rules/faq.ts";
import type { Readability } from "../../src/rules/retention.ts";
import { checkReadable, readableUntil } from "../../src/rules/retention.ts";
import { epochSeconds } from "../../src/time.ts";

const began = 1_684_310_400;
const lifetime = 3599;
const week = 604_800;

function token(over: { revokedAfter?: number; tokens?: Readability["tokens"] }): Readability {
  return {
    sessionBeganAt: epochSeconds(began),
    tokenExpiresAt: epochSeconds(began + lifetime),
    consentRevokedAt:
      over.revokedAfter === undefined ? undefined : epochSeconds(began + over.revokedAfter),
    tokens: over.tokens ?? "168h-after-revocation",
  };
}

const hms = (hours: number, minutes: number, seconds: number) =>
  hours * 3600 + minutes * 60 + seconds;

describe(FAQ.retention, () => {
  it.each([
    ["not revoked: until the token expires", {}, lifetime],
    ["revoked at once: 168 hours after the session began", { revokedAfter: 0 }, week],
    ["revoked in the token's last second", { revokedAfter: lifetime - 1 }, week],
    ["revoked as the token expires: not brought back", { revokedAfter: lifetime }, lifetime],
    ["revoked long after: not brought back", { revokedAfter: week - 1 }, lifetime],
    ["until-expiry, revoked", { revokedAfter: 10, tokens: "until-expiry" as const }, lifetime],
    ["until-expiry, not revoked", { tokens: "until-expiry" as const }, lifetime],
  ])("%s", (_, over, readableFor) => {
    expect(readableUntil(token(over))).toBe(began + readableFor);
  });

  it.each([
    ["not revoked, 0:59:58", {}, hms(0, 59, 58), true],
    ["not revoked, 0:59:59", {}, hms(0, 59, 59), false],
    ["revoked, 0:59:59", { revokedAfter: 60 }, hms(0, 59, 59), true],
    ["revoked, 167:59:59", { revokedAfter: 60 }, hms(167, 59, 59), true],
    ["revoked, 168:00:00", { revokedAfter: 60 }, hms(168, 0, 0), false],
    ["revoked, a year later", { revokedAfter: 60 }, hms(8760, 0, 0), false],
    ["revoked too late, 1:00:00", { revokedAfter: lifetime }, hms(1, 0, 0), false],
    [
      "until-expiry, revoked, 0:59:58",
      { revokedAfter: 60, tokens: "until-expiry" as const },
      3598,
      true,
    ],
    [
      "until-expiry, revoked, 0:59:59",
      { revokedAfter: 60, tokens: "until-expiry" as const },
      3599,
      false,
    ],
  ])("userinfo %s after the session began", (_, over, elapsed, readable) => {
    const refusal = checkReadable(token(over), epochSeconds(began + elapsed));
    expect(refusal === undefined).toBe(readable);
  });

  it("the diagnosis tells an expired token", () => {
    expect(checkReadable(token({}), epochSeconds(began + lifetime + 61))).toMatchObject({
      rule: "retention",
      faq: "Why can I get userinfo after the user has revoked consent?",
      message: "the access token expired 61 seconds ago",
    });
  });

  it("the diagnosis tells the end of the 168 hours", () => {
    const refusal = checkReadable(token({ revokedAfter: 60 }), epochSeconds(began + week + 1));
    expect(refusal?.message).toBe(
      "the consent is revoked and the session's 168 hours ended 1 seconds ago",
    );
  });
});
