import { createConfig, lintFromString } from "@redocly/openapi-core";
import Type from "typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../src/control/api/operation.ts";
import { operation } from "../../src/control/api/operation.ts";
import { createComponents } from "../../src/control/components.ts";
import { OPERATIONS } from "../../src/control/dispatch.ts";
import { examplesOf } from "../../src/control/examples.ts";
import { operationIdOf, RESOURCES, resourceOf } from "../../src/control/openapi.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { begin } from "../support/phone.ts";
import type { Receiver } from "../support/receiver.ts";
import { startReceiver } from "../support/receiver.ts";
import { Rehearsal } from "../support/rehearsal.ts";
import { BASE, Browser, basic, OUTLET, requestToken, SHOP, walkLogin } from "../support/wire.ts";

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

/** What a linter finds that we did not write. */
async function findMistakes(document: unknown): Promise<string[]> {
  const config = await createConfig({
    extends: ["recommended-strict"],
    // A mock is on localhost.
    rules: { "no-server-example.com": "off" },
  });
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`,
  );
}

describe("GET openapi.json", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
    await call(mock, "POST", "/sandboxes", { body: { id: "checkout-7" } });
  });
  afterAll(() => mock.close());

  const read = async (sandbox?: string) =>
    (await call(mock, "GET", "/openapi.json", {}, sandbox)).body;

  it("is an OpenAPI 3.1 document without a mistake", async () => {
    const document = await read();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await findMistakes(document)).toEqual([]);
  });

  it.each([
    ["a reference to nothing", '"#/components/schemas/User"', '"#/components/schemas/Usr"'],
    ["an example of another shape", '"status":"no_app"', '"status":"no_ap"'],
    ["a keyword that is none", '"minimum":', '"least":'],
    ["a name twice", '"getUser"', '"listUsers"'],
  ])("would not hide %s", async (_what, right, wrong) => {
    const text = JSON.stringify(await read());
    expect(text).toContain(right);
    expect(await findMistakes(JSON.parse(text.replaceAll(right, wrong)))).not.toEqual([]);
  });

  it("says that it is a mock, and which", async () => {
    const { info } = await read();
    expect(info.version).toBe("0.0.0-test");
    expect(info.description).toMatch(/^This is a mock\./);
  });

  it("describes every operation, itself too, and nothing else", async () => {
    const { paths } = await read();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(OPERATIONS.map(nameOf).sort());
    expect(described).toContain("GET /openapi.json");
  });

  it("leads to the sandbox that was asked, by the name that the caller used", async () => {
    expect((await read()).servers).toEqual([{ url: `${BASE}/mock/api` }]);
    expect((await read("checkout-7")).servers).toEqual([{ url: `${BASE}/s/checkout-7/mock/api` }]);
    const headers = { host: "127.0.0.1:80" };
    const { body } = await call(mock, "GET", "/openapi.json", { headers });
    expect(body.servers).toEqual([{ url: "http://127.0.0.1:80/mock/api" }]);
  });

  it("tells a resource's meaning wherever there is one", async () => {
    const { tags } = await read();
    expect(tags.map(({ name }: { name: string }) => name)).toEqual(Object.keys(RESOURCES));
    expect(Object.keys(RESOURCES)).toEqual([
      ...new Set(OPERATIONS.map(({ path }) => resourceOf(path))),
    ]);
  });

  it("has each named schema once", async () => {
    const { paths, components } = await read();
    expect(components.schemas.UserList.properties.items).toEqual({
      type: "array",
      items: { $ref: "#/components/schemas/User" },
    });
    const { content } = paths["/users/{id}"].patch.requestBody;
    expect(content["application/json"].schema).toEqual({ $ref: "#/components/schemas/UserInput" });
  });

  it("tells where a made thing is, if it can be read there", async () => {
    const { paths } = await read();
    expect(paths["/users"].post.responses["201"].headers).toHaveProperty("Location");
    expect(paths["/users"].get.responses["200"]).not.toHaveProperty("headers");
  });

  it("tells the refusals that each operation can have", async () => {
    const { paths } = await read();
    const statusesOf = (path: string, method: string) => Object.keys(paths[path][method].responses);
    expect(statusesOf("/health", "get")).toEqual(["200", "400", "404", "503"]);
    expect(statusesOf("/users", "get")).toEqual(["200", "400", "401", "403", "404", "503"]);
    expect(statusesOf("/users", "post").join(" ")).toBe("201 400 401 403 404 409 413 415 422 503");
    expect(statusesOf("/sandboxes/{id}", "delete").join(" ")).toBe("204 400 401 403 404 409 503");
  });

  it("says who needs a token, and it is so", async () => {
    const guarded = await startMock({}, { control: { open: false, token: "secret" } });
    const { paths, security } = await read();
    expect(security).toEqual([{}, { token: [] }]);
    for (const { method, path } of OPERATIONS) {
      const { status } = await call(guarded, method, path.replace(/\{\w+\}/, "x"));
      const isPublic = paths[path][method.toLowerCase()].security?.length === 0;
      expect([method, path, status === 401]).toEqual([method, path, !isPublic]);
    }
    await guarded.close();
  });
});

describe("the documented examples", () => {
  const resources = [...new Set(OPERATIONS.map(({ path }) => resourceOf(path)))];

  /** What else has happened before the examples of a resource. */
  const happened: Readonly<Record<string, (mock: Mock) => Promise<void>>> = {
    async logins(mock) {
      for (let waiting = 0; waiting < 5; waiting++) await new Browser(mock).login();
      await begin(mock, { binding_message: "TILL-07" });
    },
    async requests(mock) {
      const mixedUp = basic({ id: SHOP.id, secret: OUTLET.secret });
      await requestToken(mock, "code-of-the-example", {}, { ...mixedUp, "user-agent": "shop/1.0" });
    },
    async "webhook-deliveries"(mock) {
      const body = { consentWebhookUrl: `${receiver.url}/consent-revoked` };
      await call(mock, "PATCH", "/sales-units/100001", { body });
      await call(mock, "DELETE", "/consents?user=ada");
    },
  };

  /** The merchant's backend: in the documentation on port 3000, here on a free one. */
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());

  /** Somebody is there for whom the records are: Ada, whose browser remembers her from now on. */
  async function startRehearsed(resource: string): Promise<Mock> {
    const mock = await startMock();
    const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    await walkLogin(new Browser(mock, { "user-agent": userAgent }), { remember: true });
    await happened[resource]?.(mock);
    return mock;
  }

  // Making RSA keys takes long on a busy machine.
  it.each(resources)("of %s do what they say", { timeout: 30_000 }, async (resource) => {
    const mocks = [await startRehearsed(resource), await startRehearsed(resource)] as const;
    const rehearsal = new Rehearsal(mocks, {
      "0.1.0": "0.0.0-test",
      memory: mocks[0].storeKind,
      ...(resource === "webhook-deliveries" && { "localhost:3000": receiver.host }),
    });
    for (const one of OPERATIONS.filter(({ path }) => resourceOf(path) === resource)) {
      for (const example of examplesOf(one)) {
        const told = await rehearsal.perform(one, example);
        expect({ [`${nameOf(one)}, ${example.title}`]: told }).toEqual({
          [`${nameOf(one)}, ${example.title}`]: [],
        });
      }
    }
    await Promise.all(mocks.map((mock) => mock.close()));
  });

  it("are there for every operation whose answer can be read", () => {
    const without = OPERATIONS.filter((one) => examplesOf(one).length === 0);
    // Of these one is the description itself, and the other takes what GET /state answers.
    expect(without.map(nameOf)).toEqual(["GET /openapi.json", "PUT /state"]);
  });

  it("have titles of their own", () => {
    for (const one of OPERATIONS) {
      const titles = examplesOf(one).map(({ title }) => title.toLowerCase());
      expect(new Set(titles).size).toBe(titles.length);
    }
  });
});

describe("a rehearsal", () => {
  const ids = ["HDUbbw5t0DqTkEyEzRO8V", "1dox5udtJ5S6TG6fekmCf", "0aox5udtJ5S6TG6fekmCx"] as const;
  let mocks: readonly [Mock, Mock];
  beforeAll(async () => {
    mocks = [await startMock(), await startMock()];
  });
  afterAll(() => Promise.all(mocks.map((mock) => mock.close())));

  it.each([
    ["something else that is certain", "a", ["b", "b"]],
    ["an id in place of another that is certain", ids[0], [ids[1], ids[1]]],
    ["something made up of another kind", ids[0], ["f".repeat(32), "e".repeat(32)]],
    ["something around what is made up", `/a/${ids[0]}`, [`/b/${ids[1]}`, `/b/${ids[2]}`]],
    ["another number", 1, [2, 2]],
    ["a missing member", { a: 1 }, [{}, {}]],
    ["one too many", {}, [{ a: 1 }, { a: 1 }]],
    [
      "a longer list",
      [1],
      [
        [1, 2],
        [1, 2],
      ],
    ],
    ["null", "a", [null, null]],
    ["a duration that is none", { duration: 1 }, [{ duration: "1" }, { duration: "1" }]],
  ])("notices %s", (_what, documented, actual) => {
    expect(new Rehearsal(mocks).compare(documented, actual, "it")).toHaveLength(1);
  });

  it("takes what is made up for what is documented, once it is known, always", () => {
    const rehearsal = new Rehearsal(mocks);
    const [documented, one, other] = ids;
    expect(rehearsal.compare(documented, [one, other], "id")).toEqual([]);
    expect(rehearsal.compare(`/x/${documented}`, [`/x/${one}`, `/x/${other}`], "url")).toEqual([]);
    expect(rehearsal.compare(documented, [other, one], "id")).toHaveLength(1);
  });

  it("takes any duration for another, even if both mocks took the same time", () => {
    const actual = [{ duration: 3.4 }, { duration: 3.4 }];
    expect(new Rehearsal(mocks).compare({ duration: 2.2 }, actual, "it")).toEqual([]);
  });
});

describe("operationIdOf", () => {
  const item = Type.Object({});
  const list = Type.Object({ items: Type.Array(item) });
  const made = (method: Operation["method"], path: string, answer = item) =>
    operation({ method, path, summary: "", status: 200, response: answer, run: async () => ({}) });

  it.each([
    ["GET", "/users", list, "listUsers"],
    ["GET", "/clock", item, "getClock"],
    ["POST", "/sandboxes", item, "createSandbox"],
    ["PUT", "/state", item, "replaceState"],
    ["PATCH", "/sales-units/{msn}", item, "updateSalesUnit"],
    ["DELETE", "/webhook-deliveries/{id}", item, "deleteWebhookDelivery"],
    ["DELETE", "/faults", item, "deleteFaults"],
    ["POST", "/keys/rotate", item, "rotateKeys"],
    ["POST", "/logins/{id}/approve", item, "approveLogin"],
    ["GET", "/requests/count", item, "countRequests"],
  ] as const)("calls %s %s %s", (method, path, answer, name) => {
    expect(operationIdOf(made(method, path, answer as typeof item))).toBe(name);
  });

  it("takes the operation's own name before any other", () => {
    expect(operationIdOf({ ...made("DELETE", "/clock"), operationId: "resetClock" })).toBe(
      "resetClock",
    );
  });
});

describe("components", () => {
  it("refuse two schemas of one title", () => {
    const { refer } = createComponents();
    const user = Type.Object({ id: Type.String() }, { title: "User" });
    expect(refer(Type.Array(user))).toEqual({
      type: "array",
      items: { $ref: "#/components/schemas/User" },
    });
    expect(refer(user)).toEqual({ $ref: "#/components/schemas/User" });
    expect(() => refer(Type.Object({}, { title: "User" }))).toThrow(
      "two different schemas have the title User",
    );
  });

  it("leave a property called title alone", () => {
    const { refer, schemas } = createComponents();
    const book = Type.Object({ title: Type.String() });
    expect(refer(book)).toEqual(JSON.parse(JSON.stringify(book)));
    expect(schemas).toEqual({});
  });
});
