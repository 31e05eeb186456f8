import { describe, expect, it } from "vitest";
import { PROFILES } from "../../src/profiles/index.ts";
import { switchesOf } from "../../src/profiles/profile.ts";
import type { Consent } from "../../src/records/consent.ts";
import type { ConsentId, DeliveryId, GenerationId, SessionId } from "../../src/records/ids.ts";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import type { AccessToken, Session } from "../../src/records/session.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { User } from "../../src/records/user.ts";
import type { ConsentingLogin } from "../../src/sessions/consents.ts";
import {
  canBeRevoked,
  consentStateOf,
  readabilityOf,
  recordConsent,
  revokeConsent,
} from "../../src/sessions/consents.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { SandboxStore } from "../../src/store/store.ts";
import { ConflictError } from "../../src/store/store.ts";
import { replaced } from "../support/store.ts";

const NOON = epochSeconds(1_684_317_600);
const LATER = epochSeconds(1_684_317_660);
const USER = { id: "ada", language: "en" } as unknown as User;
const MSN = "100001";
const MERCHANT = "no:1";

const QUESTIONS = { consents: [] } as unknown as SalesUnit["features"]["delegatedConsents"];

const ANSWERS = { delegatedConsents: { links: {}, consents: [] } } as unknown as NonNullable<
  ConsentingLogin["answers"]
>;

/** A sandbox as far as consents know it: ids are c1, c2, … */
function newSandbox(records = createMemoryStore().records("one" as GenerationId)) {
  let made = 0;
  const switches = switchesOf(PROFILES["2023"]);
  const woken: unknown[] = [];
  const ids = { id: () => `c${++made}` } as unknown as Parameters<typeof recordConsent>[0]["ids"];
  const wakeCourier = (dropped?: unknown) => woken.push(dropped);
  return { store: records, ids, switches, wakeCourier, woken };
}

function loginFor(grantedScopes: string[], over: Partial<ConsentingLogin> = {}): ConsentingLogin {
  return { request: { msn: MSN, grantedScopes }, merchant: MERCHANT, user: USER, ...over };
}

function consent(over: Partial<Consent> = {}): Consent {
  const id = "old" as ConsentId;
  return { id, user: "ada", merchant: MERCHANT, scopes: ["name"], givenAt: NOON, ...over };
}

async function storeWith(...consents: Consent[]): Promise<SandboxStore> {
  const { store } = newSandbox();
  await store.consents.insertMany(consents);
  return store;
}

describe("recording a consent", () => {
  it.each([[[]], [["openid"]], [["openid", "api_version_2"]]])(
    "writes none for %j, which shares nothing",
    async (scopes) => {
      const sandbox = newSandbox();
      expect(await recordConsent(sandbox, loginFor(scopes), NOON)).toBeUndefined();
      expect(await readAll(sandbox.store.consents)).toEqual([]);
    },
  );

  it("writes the first one with the scopes that share something", async () => {
    const sandbox = newSandbox();
    const written = await recordConsent(sandbox, loginFor(["openid", "name"]), NOON);
    expect(written).toStrictEqual(consent({ id: "c1" as ConsentId }));
    expect(await readAll(sandbox.store.consents)).toEqual([written]);
  });

  it("leaves one as it is that covers the login, of the merchant alone", async () => {
    const old = consent({ scopes: ["name", "email"] });
    const sandbox = newSandbox(await storeWith(old));
    expect(await recordConsent(sandbox, loginFor(["openid", "name"]), LATER)).toEqual(old);
    const elsewhere = loginFor(["name"], { merchant: "no:2" });
    expect(await recordConsent(sandbox, elsewhere, LATER)).toMatchObject({ id: "c1" });
  });

  it("widens the active one by what is new", async () => {
    const sandbox = newSandbox(await storeWith(consent()));
    const widened = await recordConsent(sandbox, loginFor(["name", "email"]), LATER);
    expect(widened).toStrictEqual(consent({ scopes: ["name", "email"], givenAt: LATER }));
    expect(await readAll(sandbox.store.consents)).toEqual([widened]);
  });

  it("notes each question that was answered, once for each sales unit", async () => {
    const sandbox = newSandbox();
    const answering = (msn: string) =>
      loginFor(["name"], { answers: ANSWERS, request: { msn, grantedScopes: ["name"] } });
    const question = expect.stringMatching(/^[\w-]{22}$/);
    const answered = (msn: string) => ({ msn, scope: "delegatedConsents", question });
    const first = await recordConsent(sandbox, answering(MSN), NOON);
    expect(first?.answered).toEqual([answered(MSN)]);
    const again = await recordConsent(sandbox, answering(MSN), LATER);
    expect(again).toStrictEqual({ ...first, givenAt: LATER });
    const elsewhere = await recordConsent(sandbox, answering("100002"), LATER);
    expect(elsewhere?.answered).toEqual([answered(MSN), answered("100002")]);
  });

  it("writes a new one beside one that is revoked", async () => {
    const sandbox = newSandbox(await storeWith(consent({ revokedAt: NOON })));
    const written = await recordConsent(sandbox, loginFor(["name"]), LATER);
    expect(written).toMatchObject({ id: "c1", givenAt: LATER });
    expect(await readAll(sandbox.store.consents)).toHaveLength(2);
  });

  it("writes a new one if the active one is revoked between the look and the change", async () => {
    const store = await storeWith(consent());
    const consents = replaced(store.consents, {
      async update(id, change) {
        await store.consents.update("old", (current) => ({ ...current, revokedAt: NOON }));
        return store.consents.update(id, change);
      },
    });
    const sandbox = newSandbox({ ...store, consents });
    const written = await recordConsent(sandbox, loginFor(["name", "email"]), LATER);
    expect(written).toMatchObject({ id: "c1", scopes: ["name", "email"] });
    expect(await store.consents.get("old")).toEqual(consent({ revokedAt: NOON }));
  });

  it("writes it under the id that was chosen, and finds it there the next time", async () => {
    const sandbox = newSandbox();
    const login = loginFor(["name"], { consent: "chosen" as ConsentId });
    const written = await recordConsent(sandbox, login, NOON);
    expect(written).toEqual(consent({ id: "chosen" as ConsentId }));
    await revokeConsent(sandbox, "chosen", NOON);
    expect(await recordConsent(sandbox, login, LATER)).toMatchObject({ revokedAt: NOON });
  });

  it("takes that of another login which was faster", async () => {
    const { store } = newSandbox();
    const consents = replaced(store.consents, {
      async insert(item) {
        await store.consents.insert({ ...item, id: "faster" as ConsentId });
        return store.consents.insert(item);
      },
    });
    const written = await recordConsent(
      newSandbox({ ...store, consents }),
      loginFor(["name"]),
      NOON,
    );
    expect(written?.id).toBe("faster");
  });

  it("takes its own that another server wrote meanwhile under the id that was chosen", async () => {
    const { store } = newSandbox();
    const consents = replaced(store.consents, {
      async insert(item) {
        await store.consents.insert({ ...item, revokedAt: NOON });
        return store.consents.insert(item);
      },
    });
    const login = loginFor(["name"], { consent: "chosen" as ConsentId });
    const written = await recordConsent(newSandbox({ ...store, consents }), login, NOON);
    expect(written).toMatchObject({ id: "chosen", revokedAt: NOON });
  });

  it.each([
    ["an id that is taken by another", new ConflictError("key", "c1")],
    ["a store that fails", new Error("broken")],
  ])("does not bear %s", async (_, error) => {
    const { store } = newSandbox();
    const consents = replaced(store.consents, { insert: () => Promise.reject(error) });
    const recorded = recordConsent(newSandbox({ ...store, consents }), loginFor(["name"]), NOON);
    await expect(recorded).rejects.toBe(error);
  });
});

describe("what a user has consented to", () => {
  const salesUnit = {
    msn: MSN,
    merchant: MERCHANT,
    name: "Shop",
    features: { delegatedConsents: null, customFlow: null },
  } as unknown as SalesUnit;

  it("is nothing at first, and then what the active consent says", async () => {
    const sandbox = newSandbox();
    const login = { salesUnit, scopes: ["openid", "name"] };
    const nothing = { consented: [], questions: {} };
    expect(await consentStateOf(sandbox, USER, login, NOON)).toEqual(nothing);
    await sandbox.store.consents.insert(consent());
    const state = await consentStateOf(sandbox, USER, login, NOON);
    expect(state).toEqual({ consented: ["name"], questions: {} });
    const other = { id: "other", language: "en" } as unknown as User;
    expect(await consentStateOf(sandbox, other, login, NOON)).toEqual(nothing);
    await revokeConsent(sandbox, "old", NOON);
    expect(await consentStateOf(sandbox, USER, login, NOON)).toEqual(nothing);
  });

  it("leaves no question open that was answered, and asks in the user's language", async () => {
    const asking = { ...salesUnit, features: { delegatedConsents: QUESTIONS, customFlow: null } };
    const login = { salesUnit: asking as unknown as SalesUnit, scopes: ["delegatedConsents"] };
    const sandbox = newSandbox();
    const languageOf = async (over: { language?: "nb" }) =>
      (await consentStateOf(sandbox, USER, { ...login, ...over }, NOON)).questions.delegatedConsents
        ?.language;
    expect(await languageOf({})).toBe("EN");
    expect(await languageOf({ language: "nb" })).toBe("NO");
    const answered = [{ msn: MSN, scope: "delegatedConsents" as const }];
    const scopes = ["name", "delegatedConsents"];
    await sandbox.store.consents.insert(consent({ scopes, answered }));
    const state = await consentStateOf(sandbox, USER, login, NOON);
    expect(state).toEqual({ consented: scopes, questions: {} });
  });
});

describe("revoking a consent", () => {
  const unit = (msn: string, consentWebhookUrl: string | null) =>
    ({ msn, merchant: MERCHANT, clientId: msn, consentWebhookUrl }) as unknown as SalesUnit;

  it("is noted once, and tells every webhook of the merchant", async () => {
    const sandbox = newSandbox(await storeWith(consent()));
    await sandbox.store.users.insert({ ...USER, phoneNumber: "4712345678" });
    await sandbox.store.salesUnits.insertMany([unit("1", "https://a.example/"), unit("2", null)]);
    expect(await revokeConsent(sandbox, "old", NOON)).toStrictEqual(consent({ revokedAt: NOON }));
    expect(await revokeConsent(sandbox, "old", LATER)).toStrictEqual(consent({ revokedAt: NOON }));
    const deliveries = await readAll(sandbox.store.deliveries);
    expect(deliveries.map(({ id }) => id)).toEqual(["old-1" as DeliveryId]);
    expect(sandbox.woken).toEqual([undefined]);
  });

  it("of which there is none changes nothing", async () => {
    expect(await revokeConsent(newSandbox(), "none", NOON)).toBeUndefined();
  });

  it("is done again where its webhooks could not all be queued", async () => {
    const store = await storeWith(consent());
    const sandbox = newSandbox(store);
    const users = replaced(store.users, { get: () => Promise.reject(new Error("broken")) });
    const breaking = { ...sandbox, store: { ...store, users } };
    await expect(revokeConsent(breaking, "old", NOON)).rejects.toThrow("broken");
    const half = await store.consents.get("old");
    expect(half && canBeRevoked(half)).toBe(true);
    const whole = await revokeConsent(sandbox, "old", LATER);
    expect(whole).toStrictEqual(consent({ revokedAt: NOON }));
  });

  it.each([
    [consent(), true],
    [consent({ revokedAt: NOON }), false],
    [consent({ revokedAt: NOON, untold: true }), true],
  ])("of %j has something left to do: %s", (one, expected) => {
    expect(canBeRevoked(one)).toBe(expected);
  });
});

describe("what retention needs to know", () => {
  const token = { expiresAt: LATER } as AccessToken;
  const session = { id: "s" as SessionId, beganAt: NOON } as Session;
  const switches = switchesOf(PROFILES["2023"]);

  it("is when the token ends, the session began and the consent was revoked", () => {
    const revoked = consent({ revokedAt: LATER });
    expect(readabilityOf(switches, token, session, revoked)).toStrictEqual({
      tokenExpiresAt: LATER,
      sessionBeganAt: NOON,
      consentRevokedAt: LATER,
      retention: switches.retention,
    });
    const without = readabilityOf(switches, token, session, undefined);
    expect(without?.consentRevokedAt).toBeUndefined();
  });

  it("is nothing once the code was used twice", () => {
    const replayed = { ...session, replayedAt: NOON };
    expect(readabilityOf(switches, token, replayed, undefined)).toBeUndefined();
  });
});
