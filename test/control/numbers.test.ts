import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateConfig } from "../../src/config/validate.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { platformTokenFor } from "../support/partner.ts";
import { Browser, walkLogin } from "../support/wire.ts";

/** Numbers that JSON can carry, and nobody can count with. */

let mock: Mock;
beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());

const NO_COUNTS = [1e308, 1e21, 2 ** 53, 0.5, -1];

const FAULT = { match: { endpoint: "token" }, delay: 1 };

const BODIES = [
  ["POST", "/faults", "times", (n: number) => ({ ...FAULT, times: n })],
  ["POST", "/faults", "after", (n: number) => ({ ...FAULT, after: n })],
  ["POST", "/faults", "seed", (n: number) => ({ ...FAULT, seed: n })],
  ["POST", "/faults", "ttl", (n: number) => ({ ...FAULT, ttl: n })],
  ["POST", "/faults", "then.truncate", (n: number) => ({ ...FAULT, then: { truncate: n } })],
  ["POST", "/faults", "then.status", (n: number) => ({ ...FAULT, then: { status: n } })],
  ["POST", "/scenarios", "times", (n: number) => ({ user: "ada", times: n })],
  ["POST", "/sandboxes", "seed", (n: number) => ({ id: "numbers", seed: n })],
  ["POST", "/sandboxes", "ttl", (n: number) => ({ id: "numbers", ttl: n })],
  ["PATCH", "/clock", "advance", (n: number) => ({ advance: n })],
  ["PATCH", "/settings", "rules.minimumAge", (n: number) => ({ rules: { minimumAge: n } })],
  [
    "PATCH",
    "/settings",
    "rules.accessTokenLifetime",
    (n: number) => ({ rules: { accessTokenLifetime: n } }),
  ],
] as const;

describe("a count that is none is refused where it stands", () => {
  it.each(BODIES)("%s %s: %s", async (method, path, where, body) => {
    // A length of time may have a fraction.
    const isLength = ["ttl", "advance"].includes(where);
    for (const count of NO_COUNTS.filter((each) => !isLength || each !== 0.5)) {
      const { status, body: problem } = await call(mock, method, path, { body: body(count) });
      expect([count, status, problem.errors?.[0]?.path]).toEqual([count, 400, where]);
    }
  });

  it.each(["1e308", "1e21", "99999999999999999999999", "0.5", "-1", "Infinity", "0x10"])(
    "in a query: limit=%s",
    async (limit) => {
      const { status, body } = await call(mock, "GET", `/users?limit=${limit}`);
      expect([status, body.errors[0].path]).toEqual([400, "limit"]);
    },
  );

  it.each(["1e308", "99999999999999999999d", `${"9".repeat(400)}s`, "PT99999999999999999999H"])(
    "in a length of time: %s",
    async (length) => {
      for (const [method, path, body] of [
        ["PATCH", "/clock", { advance: length }],
        ["POST", "/sandboxes", { id: "numbers", ttl: length }],
        ["POST", "/faults", { ...FAULT, ttl: length }],
        ["POST", "/faults", { ...FAULT, delay: length }],
        ["POST", "/scenarios", { user: "ada", delay: length }],
        ["POST", "/requests/take", { wait: length }],
      ] as const) {
        expect([path, (await call(mock, method, path, { body })).status]).toEqual([path, 400]);
      }
    },
  );

  it("in an exported sandbox, at every place that has a moment", async () => {
    await walkLogin(new Browser(mock), { remember: true });
    await platformTokenFor(mock);
    const { body: state } = await call(mock, "GET", "/state");
    const moments = [...momentsIn(state)];
    expect(moments.length).toBeGreaterThan(10);
    for (const at of moments) {
      for (const count of [1e308, 1e21, 0.5]) {
        const body = structuredClone(state);
        const last = at.at(-1) ?? "";
        at.slice(0, -1).reduce((value, key) => value[key], body)[last] = count;
        const { status } = await call(mock, "PUT", "/state", { body });
        expect([at.join("."), count, status]).toEqual([at.join("."), count, 400]);
      }
    }
  });

  it("in a config", async () => {
    const base = { users: [], salesUnits: [], partners: [] };
    for (const count of NO_COUNTS) {
      const config = {
        users: [{ id: "ada" }],
        faults: [{ ...FAULT, times: count }],
        scenarios: [{ user: "ada", times: count }],
        limits: { users: count },
      };
      const result = await validateConfig(config, base);
      const problems = "problems" in result ? result.problems : [];
      expect([...new Set(problems.map(({ path }) => path))].sort()).toEqual([
        "faults[0].times",
        "limits.users",
        "scenarios[0].times",
      ]);
    }
  });
});

/** The places of numbers that are moments, by their size. */
function* momentsIn(value: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value === "number" && value > 1_000_000_000) yield at;
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* momentsIn(member, [...at, key]);
}
