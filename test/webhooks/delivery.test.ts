import { describe, expect, it } from "vitest";
import type { Delivery, Outcome } from "../../src/records/delivery.ts";
import type { DeliveryId } from "../../src/records/ids.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { epochSeconds } from "../../src/records/time.ts";
import {
  beginAttempt,
  dueAt,
  endAttempt,
  hasArrived,
  isDue,
  retryDelay,
} from "../../src/webhooks/delivery.ts";

const NOW = epochSeconds(1_700_000_000);
const at = (seconds: number) => epochSeconds(NOW + seconds);
const DAY = 24 * 3600;

const QUEUED: Delivery = {
  id: "d" as DeliveryId,
  kind: "login-ping",
  msn: "100001",
  url: "http://localhost/",
  contentType: "application/json",
  body: "{}",
  queuedAt: NOW,
  status: "waiting",
  attempts: [],
};

const TAKEN: Outcome = { duration: 1, response: { status: 204, body: "" } };
const REFUSED: Outcome = { duration: 1, response: { status: 500, body: "" } };
const turn = (moment = NOW) => ({ at: moment, lease: 30, asked: false });

function begun(delivery: Delivery, moment = NOW): Delivery {
  const next = beginAttempt(delivery, turn(moment));
  if (!next) throw new Error("it is not its turn");
  return next;
}

function asked(delivery: Delivery, moment: EpochSeconds): Delivery {
  return beginAttempt(delivery, { at: moment, lease: 30, asked: true }) ?? delivery;
}

describe("retryDelay", () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [15, 16_384],
    [16, 21_600],
    [2000, 21_600],
  ])("after turn %d is %d seconds", (number, seconds) => {
    expect(retryDelay(number)).toBe(seconds);
  });
});

describe("isDue", () => {
  it.each([
    ["at once before the first attempt", {}, true],
    ["when its moment has come", { nextAttemptAt: NOW }, true],
    ["not a second earlier", { nextAttemptAt: at(1) }, false],
    ["not when it has arrived", { status: "delivered" }, false],
    ["not when it was given up", { status: "failed" }, false],
  ] as const)("%s", (_when, change, due) => {
    expect(isDue({ ...QUEUED, ...change }, NOW, 30)).toBe(due);
  });
});

describe("an attempt", () => {
  it("is claimed once: the next turn comes when the lease is over, under the next number", () => {
    const claimed = begun(QUEUED);
    expect(claimed).toEqual({
      ...QUEUED,
      nextAttemptAt: at(30),
      attempts: [{ number: 1, asked: false, at: NOW }],
    });
    expect(beginAttempt(claimed, turn(at(29)))).toBeUndefined();
    expect(begun(claimed, at(30)).attempts.map(({ number }) => number)).toEqual([1, 2]);
  });

  it.each(["waiting", "delivered", "failed"] as const)(
    "is made when somebody asks for it, though it is not its turn: %s",
    (status) => {
      const delivery = { ...QUEUED, status, ...(status === "waiting" && { nextAttemptAt: at(9) }) };
      const claimed = beginAttempt(delivery, { at: NOW, lease: 30, asked: true });
      expect(claimed?.attempts).toEqual([{ number: 1, asked: true, at: NOW }]);
      expect(claimed?.status).toBe(status);
      expect(claimed?.nextAttemptAt).toBe(status === "waiting" ? at(9) : undefined);
    },
  );

  it("that somebody asked for leaves the turns as they are", () => {
    const waiting = endAttempt(begun(QUEUED), 1, REFUSED, { at: NOW, final: false });
    let delivery = waiting;
    for (let number = 2; number <= 11; number++) {
      delivery = asked(delivery, NOW);
      delivery = endAttempt(delivery, number, REFUSED, { at: NOW, final: false });
    }
    expect(delivery.nextAttemptAt).toBe(waiting.nextAttemptAt);
    const second = endAttempt(begun(delivery, at(1)), 12, REFUSED, { at: at(1), final: false });
    expect(second.nextAttemptAt).toBe(at(1 + 2));
  });

  it("that somebody asked for does not cut short the time of one under way", () => {
    const both = asked(begun(QUEUED), at(2));
    const answered = endAttempt(both, 2, REFUSED, { at: at(3), final: false });
    expect(answered.nextAttemptAt).toBe(at(30));
    expect(isDue(answered, at(29), 30)).toBe(false);
    expect(isDue(answered, at(30), 30)).toBe(true);
  });

  it("by turn is not made beside one that somebody asked for", () => {
    const waiting = asked({ ...QUEUED, nextAttemptAt: at(9) }, at(5));
    expect(dueAt(waiting, 30)).toBe(at(35));
    expect(beginAttempt(waiting, turn(at(34)))).toBeUndefined();
    expect(dueAt(endAttempt(waiting, 1, REFUSED, { at: at(6), final: false }), 30)).toBe(at(9));
  });

  it("that comes back after its time was over leaves the next one its own", () => {
    const second = begun(begun(QUEUED), at(30));
    const late = endAttempt(second, 1, REFUSED, { at: at(31), final: false });
    expect(late.nextAttemptAt).toBe(at(60));
    expect(endAttempt(second, 1, TAKEN, { at: at(31), final: false }).status).toBe("delivered");
  });

  it("that is taken is the last", () => {
    expect(endAttempt(begun(QUEUED), 1, TAKEN, { at: at(1), final: false })).toEqual({
      ...QUEUED,
      status: "delivered",
      attempts: [{ number: 1, asked: false, at: NOW, ...TAKEN }],
    });
  });

  it("that is refused is followed by another, each later than the one before", () => {
    let delivery = QUEUED;
    const waits: number[] = [];
    let moment = NOW;
    for (let number = 1; number <= 4; number++) {
      delivery = endAttempt(begun(delivery, moment), number, REFUSED, { at: moment, final: false });
      const next = delivery.nextAttemptAt ?? moment;
      waits.push(next - moment);
      moment = next;
    }
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(delivery.status).toBe("waiting");
  });

  it.each([
    [-1, "waiting"],
    [0, "waiting"],
    [1, "failed"],
  ] as const)("is the last when the next would be %d seconds behind 7 days: %s", (late, status) => {
    const claimed = begun(begun(QUEUED), at(7 * DAY - 2 + late));
    const end = { at: at(7 * DAY - 2 + late), final: false };
    const ended = endAttempt(claimed, 2, REFUSED, end);
    expect(ended.status).toBe(status);
    expect("nextAttemptAt" in ended).toBe(status === "waiting");
  });

  it("can be the last at once", () => {
    const outcome = { duration: 0, error: "the registration was deleted meanwhile" };
    const ended = endAttempt(begun(QUEUED), 1, outcome, { at: NOW, final: true });
    expect(ended).toMatchObject({ status: "failed", attempts: [outcome] });
    expect(ended).not.toHaveProperty("nextAttemptAt");
  });

  it("of a delivery that has arrived takes nothing back", () => {
    const arrived = endAttempt(begun(QUEUED), 1, TAKEN, { at: NOW, final: false });
    const again = beginAttempt(arrived, { at: NOW, lease: 30, asked: true }) ?? arrived;
    const ended = endAttempt(again, 2, REFUSED, { at: NOW, final: false });
    expect([ended.status, ended.nextAttemptAt]).toEqual(["delivered", undefined]);
  });

  it("of a delivery that was given up can still arrive", () => {
    const given = { ...QUEUED, status: "failed" } as const;
    const again = beginAttempt(given, { at: NOW, lease: 30, asked: true }) ?? given;
    expect(endAttempt(again, 1, TAKEN, { at: NOW, final: false }).status).toBe("delivered");
  });

  it("keeps its own outcome beside another that is under way", () => {
    const two = begun(begun(QUEUED), at(30));
    const ended = endAttempt(two, 1, TAKEN, { at: at(31), final: false });
    expect(ended.attempts).toEqual([
      { number: 1, asked: false, at: NOW, ...TAKEN },
      { number: 2, asked: false, at: at(30) },
    ]);
  });
});

describe("hasArrived", () => {
  it.each([
    [199, false],
    [200, true],
    [299, true],
    [300, false],
    [302, false],
    [404, false],
  ])("status %d: %s", (status, arrived) => {
    expect(hasArrived({ response: { status, body: "" } })).toBe(arrived);
  });

  it("without an answer: no", () => {
    expect(hasArrived({})).toBe(false);
  });
});
