import { describe, expect, it } from "vitest";
import type { Delivery, Outcome } from "../../src/records/delivery.ts";
import type { DeliveryId } from "../../src/records/ids.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { Clocks } from "../../src/webhooks/delivery.ts";
import {
  beginAttempt,
  endAttempt,
  hasArrived,
  retryDelay,
  secondsUntilTurn,
} from "../../src/webhooks/delivery.ts";

const NOW = epochSeconds(1_700_000_000);
const at = (seconds: number) => epochSeconds(NOW + seconds);
const HOUR = 3600;
const DAY = 24 * HOUR;

/** The real time is a year ahead of the sandbox's: nobody may take one for the other. */
const wallAt = (seconds: number) => epochSeconds(NOW + 365 * DAY + seconds);

/** Both clocks so many seconds later; the sandbox's stands still, or goes on. */
const clocksAt = (seconds: number, frozen = false): Clocks => ({
  sandbox: { now: at(seconds), frozen, offset: 0 },
  wall: wallAt(seconds),
});

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

function begun(delivery: Delivery, seconds = 0): Delivery {
  const next = beginAttempt(delivery, { clocks: clocksAt(seconds), lease: 30, asked: false });
  if (!next) throw new Error("it is not its turn");
  return next;
}

function asked(delivery: Delivery, seconds: number): Delivery {
  const clocks = clocksAt(seconds);
  return beginAttempt(delivery, { clocks, lease: 30, asked: true }) ?? delivery;
}

/** So many seconds later it has its turn, as it looks at a moment. */
const untilTurn = (delivery: Delivery, seconds = 0) =>
  secondsUntilTurn(delivery, clocksAt(seconds));

describe("retryDelay", () => {
  it.each([
    [1, 2],
    [4, 2],
    [5, 60],
    [6, 120],
    [7, HOUR],
    [28, HOUR],
    [29, DAY],
    [2000, DAY],
  ])("after turn %d is %d seconds", (number, seconds) => {
    expect(retryDelay(number)).toBe(seconds);
  });
});

describe("the turn of a delivery", () => {
  it.each([
    ["is now before the first attempt", {}, 0],
    ["is now when its moment has come", { nextAttemptAt: NOW }, 0],
    ["is a second later, not now", { nextAttemptAt: at(1) }, 1],
    ["does not come when it has arrived", { status: "delivered" }, undefined],
    ["does not come when it was given up", { status: "failed" }, undefined],
  ] as const)("%s", (_when, change, seconds) => {
    expect(untilTurn({ ...QUEUED, ...change })).toBe(seconds);
  });

  it.each([
    [{}, 0],
    [{ nextAttemptAt: NOW }, 0],
    [{ nextAttemptAt: at(1) }, undefined],
  ] as const)("does not come nearer while the clock stands still: %j", (change, seconds) => {
    expect(secondsUntilTurn({ ...QUEUED, ...change }, clocksAt(0, true))).toBe(seconds);
  });
});

describe("an attempt", () => {
  it("is claimed once: the next turn comes when the lease is over, under the next number", () => {
    const claimed = begun(QUEUED);
    expect(claimed).toEqual({
      ...QUEUED,
      attempts: [{ number: 1, asked: false, at: NOW, leasedUntil: wallAt(30) }],
    });
    expect(untilTurn(claimed, 29)).toBe(1);
    const early = { clocks: clocksAt(29), lease: 30, asked: false };
    expect(beginAttempt(claimed, early)).toBeUndefined();
    expect(begun(claimed, 30).attempts.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("stays claimed by the real time, however the sandbox's clock is moved", () => {
    const claimed = begun(QUEUED);
    const moved = { ...clocksAt(0), sandbox: { now: at(DAY), frozen: true, offset: 0 } };
    expect(secondsUntilTurn(claimed, moved)).toBe(30);
    expect(secondsUntilTurn(claimed, { ...moved, wall: wallAt(30) })).toBe(0);
  });

  it.each(["waiting", "delivered", "failed"] as const)(
    "is made when somebody asks for it, though it is not its turn: %s",
    (status) => {
      const delivery = { ...QUEUED, status, ...(status === "waiting" && { nextAttemptAt: at(9) }) };
      const claimed = asked(delivery, 0);
      expect(claimed.attempts).toMatchObject([{ number: 1, asked: true, at: NOW }]);
      expect(claimed.status).toBe(status);
      expect(claimed.nextAttemptAt).toBe(status === "waiting" ? at(9) : undefined);
    },
  );

  it("that somebody asked for leaves the turns as they are", () => {
    const waiting = endAttempt(begun(QUEUED), 1, REFUSED, { at: NOW, final: false });
    let delivery = waiting;
    for (let number = 2; number <= 11; number++) {
      delivery = endAttempt(asked(delivery, 0), number, REFUSED, { at: NOW, final: false });
    }
    expect(delivery.nextAttemptAt).toBe(waiting.nextAttemptAt);
    const second = endAttempt(begun(delivery, 2), 12, REFUSED, { at: at(2), final: false });
    expect(second.nextAttemptAt).toBe(at(2 + 2));
  });

  it("that somebody asked for does not cut short the time of one under way", () => {
    const both = asked(begun(QUEUED), 2);
    const answered = endAttempt(both, 2, REFUSED, { at: at(3), final: false });
    expect([untilTurn(answered, 29), untilTurn(answered, 30)]).toEqual([1, 0]);
  });

  it("by turn is not made beside one that somebody asked for", () => {
    const waiting = asked({ ...QUEUED, nextAttemptAt: at(9) }, 5);
    expect([untilTurn(waiting, 34), untilTurn(waiting, 35)]).toEqual([1, 0]);
    const ended = endAttempt(waiting, 1, REFUSED, { at: at(6), final: false });
    expect(untilTurn(ended, 6)).toBe(3);
  });

  it("that comes back after its time was over leaves the next one its own", () => {
    const second = begun(begun(QUEUED), 30);
    const late = endAttempt(second, 1, REFUSED, { at: at(31), final: false });
    expect(untilTurn(late, 31)).toBe(29);
    expect(endAttempt(second, 1, TAKEN, { at: at(31), final: false }).status).toBe("delivered");
  });

  it("that is taken is the last", () => {
    expect(endAttempt(begun(QUEUED), 1, TAKEN, { at: at(1), final: false })).toEqual({
      ...QUEUED,
      status: "delivered",
      attempts: [{ number: 1, asked: false, at: NOW, leasedUntil: wallAt(30), ...TAKEN }],
    });
  });

  it("that is refused is followed by others: for a while every two seconds, then every hour, then every day", () => {
    let delivery = QUEUED;
    const waits: number[] = [];
    let moment = 0;
    while (delivery.status === "waiting") {
      const number = waits.length + 1;
      const end = { at: at(moment), final: false };
      delivery = endAttempt(begun(delivery, moment), number, REFUSED, end);
      const next = (delivery.nextAttemptAt ?? at(moment)) - NOW;
      if (delivery.status === "waiting") waits.push(next - moment);
      moment = next;
    }
    const hours = Array.from({ length: 22 }, () => HOUR);
    const days = Array.from({ length: 6 }, () => DAY);
    expect(waits).toEqual([2, 2, 2, 2, 60, 120, ...hours, ...days]);
  });

  it.each([
    [-1, "waiting"],
    [0, "waiting"],
    [1, "failed"],
  ] as const)("is the last when the next would be %d seconds behind 7 days: %s", (late, status) => {
    const seconds = 7 * DAY - 2 + late;
    const claimed = begun(begun(QUEUED), seconds);
    const ended = endAttempt(claimed, 2, REFUSED, { at: at(seconds), final: false });
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
    const ended = endAttempt(asked(arrived, 0), 2, REFUSED, { at: NOW, final: false });
    expect([ended.status, ended.nextAttemptAt]).toEqual(["delivered", undefined]);
  });

  it("of a delivery that was given up can still arrive", () => {
    const given = { ...QUEUED, status: "failed" } as const;
    expect(endAttempt(asked(given, 0), 1, TAKEN, { at: NOW, final: false }).status).toBe(
      "delivered",
    );
  });

  it("keeps its own outcome beside another that is under way", () => {
    const two = begun(begun(QUEUED), 30);
    const ended = endAttempt(two, 1, TAKEN, { at: at(31), final: false });
    expect(ended.attempts).toEqual([
      { number: 1, asked: false, at: NOW, leasedUntil: wallAt(30), ...TAKEN },
      { number: 2, asked: false, at: at(30), leasedUntil: wallAt(60) },
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
