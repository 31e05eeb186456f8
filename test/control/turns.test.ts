import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

const USERS = 1200;

let mock: Mock;
beforeEach(async () => {
  const users = Array.from({ length: USERS }, (_, n) => ({
    id: `user-${n}`,
    phoneNumber: `47${40_000_000 + n}`,
    birthDate: `${1950 + (n % 50)}-05-17`,
  }));
  mock = await startMock({ users }, { servers: 1, sweeps: false });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await mock.close();
});

/** How often others have a turn while something is done on a machine on which all takes long. */
async function turnsDuring(act: () => Promise<unknown>): Promise<number> {
  let now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 1000;
    return now;
  });
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await act();
  isOver = true;
  vi.restoreAllMocks();
  return turns;
}

describe("others have their turn again and again while", () => {
  it("a sandbox is exported and restored", async () => {
    let state: unknown;
    const exporting = await turnsDuring(async () => {
      state = (await call(mock, "GET", "/state")).body;
    });
    expect(exporting).toBeGreaterThan(JSON.stringify(state).length / 100_000);
    const before = (await call(mock, "GET", "/users?limit=1000")).body;
    const restoring = await turnsDuring(() => call(mock, "PUT", "/state", { body: state }));
    // They are read, checked against the schema and by themselves, and compared with each other.
    expect(restoring).toBeGreaterThan(4 * USERS);
    expect((await call(mock, "GET", "/users?limit=1000")).body).toEqual(before);
    expect((await call(mock, "GET", "/state")).body).toEqual(state);
  });

  it("a sandbox is reset, or another one made like it", async () => {
    expect(await turnsDuring(() => call(mock, "POST", "/state/reset"))).toBeGreaterThan(USERS);
    const body = { id: "one" };
    const making = () => call(mock, "POST", "/sandboxes", { body });
    expect(await turnsDuring(making)).toBeGreaterThan(USERS);
  });

  it("a sandbox is made of a config of its own, and of the server's with a change", async () => {
    const users = Array.from({ length: USERS }, (_, n) => ({ id: `guest-${n}` }));
    const own = { id: "own", config: { users, clock: { frozen: true } } };
    const making = () => call(mock, "POST", "/sandboxes", { body: own });
    expect(await turnsDuring(making)).toBeGreaterThan(4 * USERS);
    const listed = (await call(mock, "GET", "/users?limit=1000", {}, "own")).body.items;
    expect(listed[999].id).toBe("guest-999");
    const changed = { id: "changed", config: { profile: "2026" } };
    const changing = () => call(mock, "POST", "/sandboxes", { body: changed });
    expect(await turnsDuring(changing)).toBeGreaterThan(4 * USERS);
  });

  it("a document is refused", async () => {
    const { body: state } = await call(mock, "GET", "/state");
    state.users[1100].email = 5;
    state.users[1101].phoneNumber = state.users[3].phoneNumber;
    const refusing = async () => {
      const { status, body } = await call(mock, "PUT", "/state", { body: state });
      expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([
        400,
        ["users[1100].email"],
      ]);
    };
    expect(await turnsDuring(refusing)).toBeGreaterThan(USERS - 100);
    state.users[1100].email = "a@example.com";
    const { body } = await call(mock, "PUT", "/state", { body: state });
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(["users[1101]"]);
  });
});
