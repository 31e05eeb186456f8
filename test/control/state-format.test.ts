import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { STATE_VERSION, upgradeDocument } from "../../src/sandbox/state-format.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { userinfo } from "../support/wire.ts";

/**
 * Exported sandboxes of every version that there was. Who changes a record so that one of these files
 * is refused raises the version, adds the step to it, and a file of the new version here; a file that
 * is here does not change.
 */

const fileOf = async (version: number) =>
  JSON.parse(await readFile(new URL(`./state/version-${version}.json`, import.meta.url), "utf8"));

describe("an exported sandbox", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const restore = (body: unknown) => call(mock, "PUT", "/state", { body });

  it.each([1, 2])("of version %i is taken, whole", async (version) => {
    const { status, body } = await restore(await fileOf(version));
    expect([status, body]).toEqual([204, undefined]);
    expect((await call(mock, "GET", "/state")).body).toEqual(await fileOf(STATE_VERSION));
  });

  it.each([1, 2])(
    "of version %i goes on where it was: its access tokens open the same data",
    async (version) => {
      const { accessTokens, sessions } = await fileOf(version);
      await restore(await fileOf(version));
      const [{ token, session }] = accessTokens;
      const { subject } = sessions.find(({ id }: { readonly id: string }) => id === session);
      const response = await userinfo(mock, token);
      expect([response.statusCode, response.json().sub]).toEqual([200, subject]);
    },
  );

  it.each([
    [3, "is 3, and this mock takes 1, 2; it was exported by a newer mock, so update this one"],
    [0, "is 0, and this mock takes 1, 2; export the sandbox again"],
    ["1", 'is "1", and this mock takes 1, 2; export the sandbox again'],
    [null, "is null, and this mock takes 1, 2; export the sandbox again"],
  ])("of version %j is refused, and nothing is changed", async (version, message) => {
    const before = (await call(mock, "GET", "/state")).body;
    const { status, body } = await restore({ ...(await fileOf(1)), version });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { path: "version", message: expect.stringContaining(message), value: version },
    ]);
    expect((await call(mock, "GET", "/state")).body).toEqual(before);
  });

  it("without a version is refused", async () => {
    const { version: _, ...rest } = await fileOf(STATE_VERSION);
    expect((await restore(rest)).body.errors).toMatchObject([
      { path: "version", message: "missing: expected 2" },
    ]);
  });

  it.each([
    [{ retention: { tokens: "168h-after-revocation" } }, { retention: "every-session" }],
    [{ retention: { tokens: "until-expiry" } }, { retention: "payments" }],
    [{ retention: { tokens: "a typo" } }, { retention: { tokens: "a typo" } }],
    [{ retention: "a typo" }, { retention: "a typo" }],
    [{ accessTokenLifetime: 60 }, { accessTokenLifetime: 60, expiresIn: 60 }],
    [{ minimumAge: 15 }, { minimumAge: 15 }],
    [undefined, undefined],
  ])("of version 1 with the rules %j has %j in version 2", async (rules, upgraded) => {
    const settings = { profile: "2023", ...(rules && { rules }) };
    expect(upgradeDocument({ version: 1, settings, sessions: [] })).toEqual({
      document: {
        version: 2,
        settings: { profile: "2023", ...(upgraded && { rules: upgraded }) },
        sessions: [],
      },
    });
  });

  it.each([null, 7, [], { rules: null }, { rules: [] }])(
    "of version 1 with the settings %j is refused by its schema",
    async (settings) => {
      expect((await restore({ ...(await fileOf(1)), settings })).status).toBe(400);
    },
  );

  it("is written in the version that is read", async () => {
    expect((await call(mock, "GET", "/state")).body.version).toBe(STATE_VERSION);
    expect((await fileOf(STATE_VERSION)).version).toBe(STATE_VERSION);
  });
});

describe("an older document", () => {
  const steps = {
    1: ({ people, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, users: people }),
    2: ({ users, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, users, faults: [] }),
  };

  it("goes from version to version until it is of the current one", () => {
    expect(upgradeDocument({ version: 1, people: ["ada"] }, steps, 3)).toEqual({
      document: { version: 3, users: ["ada"], faults: [] },
    });
    expect(upgradeDocument({ version: 2, users: ["eve"] }, steps, 3)).toEqual({
      document: { version: 3, users: ["eve"], faults: [] },
    });
  });

  it("of a version that has no step is refused, and told which are taken", () => {
    expect(upgradeDocument({ version: 0 }, steps, 3)).toEqual({
      problem: {
        path: "version",
        message: "is 0, and this mock takes 1, 2, 3; export the sandbox again",
        value: 0,
      },
    });
  });
});
