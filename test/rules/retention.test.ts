import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { Readability } from "../../src/rules/retention.ts";
import {
  checkReadable,
  checkShared,
  diagnoseUnknownSubject,
  readableUntil,
  sharedUntil,
} from "../../src/rules/retention.ts";

const began = 1_684_310_400;
const lifetime = 600;
const week = 604_800;

function token(over: { revokedAfter?: number; retention?: Readability["retention"] }): Readability {
  return {
    sessionBeganAt: epochSeconds(began),
    tokenExpiresAt: epochSeconds(began + lifetime),
    consentRevokedAt:
      over.revokedAfter === undefined ? undefined : epochSeconds(began + over.revokedAfter),
    retention: over.retention ?? "every-session",
  };
}

const hms = (hours: number, minutes: number, seconds: number) =>
  hours * 3600 + minutes * 60 + seconds;

describe(FAQ.retention, () => {
  const payments = { retention: "payments" } as const;

  it.each([
    ["not revoked: until the token expires", {}, lifetime],
    ["revoked at once: 168 hours after the session began", { revokedAfter: 0 }, week],
    ["revoked in the token's last second", { revokedAfter: lifetime - 1 }, week],
    ["revoked as the token expires: it reads again", { revokedAfter: lifetime }, week],
    ["revoked long after: it reads again", { revokedAfter: week - 1 }, week],
    ["payments, revoked", { revokedAfter: 10, ...payments }, lifetime],
    ["payments, not revoked", payments, lifetime],
  ])("%s", (_, over, readableFor) => {
    expect(readableUntil(token(over))).toBe(began + readableFor);
  });

  it.each([
    ["not revoked, 0:09:59", {}, hms(0, 9, 59), true],
    ["not revoked, 0:10:00", {}, hms(0, 10, 0), false],
    ["revoked, 0:10:00", { revokedAfter: 60 }, hms(0, 10, 0), true],
    ["revoked, 167:59:59", { revokedAfter: 60 }, hms(167, 59, 59), true],
    ["revoked, 168:00:00", { revokedAfter: 60 }, hms(168, 0, 0), false],
    ["revoked, a year later", { revokedAfter: 60 }, hms(8760, 0, 0), false],
    ["revoked after its end, 167:59:59", { revokedAfter: lifetime }, hms(167, 59, 59), true],
    ["revoked after its end, 168:00:00", { revokedAfter: lifetime }, hms(168, 0, 0), false],
    ["payments, revoked, 0:09:59", { revokedAfter: 60, ...payments }, hms(0, 9, 59), true],
    ["payments, revoked, 0:10:00", { revokedAfter: 60, ...payments }, hms(0, 10, 0), false],
  ])("userinfo %s after the session began", (_, over, elapsed, readable) => {
    const refusal = checkReadable(token(over), epochSeconds(began + elapsed));
    expect(refusal === undefined).toBe(readable);
  });

  it.each([
    ["at once", 0, true],
    ["after 167:59:59", hms(167, 59, 59), true],
    ["after 168:00:00", hms(168, 0, 0), false],
    ["a year later", hms(8760, 0, 0), false],
  ])("by sub the session is readable %s: %s seconds, %s", (_, elapsed, readable) => {
    const now = epochSeconds(began + elapsed);
    const refusal = checkShared(epochSeconds(began), now, "every-session");
    expect(refusal === undefined).toBe(readable);
    expect(sharedUntil(epochSeconds(began))).toBe(began + week);
  });

  it("the diagnosis tells by how much the 168 hours were missed, and that nothing was shared", () => {
    const late = epochSeconds(began + week + 3);
    const told = (newest: number | undefined, retention: Readability["retention"]) =>
      checkShared(newest === undefined ? undefined : epochSeconds(newest), late, retention);
    expect(told(began, "every-session")?.message).toBe(
      "the 168 hours of the user's last session at this sales unit ended 3 seconds ago",
    );
    expect(told(began, "payments")?.message).toBe(
      "the 168 hours of the user's last payment at this sales unit ended 3 seconds ago",
    );
    expect(told(undefined, "every-session")?.message).toBe(
      "the user shared nothing with this sales unit in the last 168 hours",
    );
    expect(told(undefined, "payments")).toMatchObject({
      message: "the user shared nothing with this sales unit in a payment in the last 168 hours",
      detail: expect.stringContaining("What a login shared is read with its access token alone."),
    });
  });

  it("the diagnosis tells a sub of nobody", () => {
    expect(diagnoseUnknownSubject("some-sub", "100001")).toMatchObject({
      rule: "retention",
      faq: "Why can I get userinfo after the user has revoked consent?",
      message: "no user has the sub some-sub at the sales unit 100001",
    });
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
