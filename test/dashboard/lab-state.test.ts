import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Got } from "../support/dashboard.ts";
import { page, submit, textsIn } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { HOST } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const path = "/mock/lab/state";

type Sent = Readonly<Pick<Got, "status">> & {
  readonly text: (testid: string) => string | undefined;
  readonly location: unknown;
};

/** Sends a form with files in it, as a browser does. */
async function upload(parts: string | Uint8Array, type?: string): Promise<Sent> {
  const response = await mock.app.inject({
    method: "POST",
    url: path,
    headers: {
      host: HOST,
      accept: "text/html",
      origin: `http://${HOST}`,
      "sec-fetch-site": "same-origin",
      "content-type": type ?? "multipart/form-data; boundary=limit",
    },
    payload: Buffer.from(parts),
  });
  return {
    status: response.statusCode,
    text: (testid) => textsIn(response.body, testid)[0],
    location: response.headers["location"],
  };
}

function formOf(fields: Readonly<Record<string, string>>, file = ""): string {
  const parts = [
    `content-disposition: form-data; name="file"; filename="s.json"\r\ncontent-type: application/json\r\n\r\n${file}`,
    ...Object.entries(fields).map(
      ([name, value]) => `content-disposition: form-data; name="${name}"\r\n\r\n${value}`,
    ),
  ];
  return `${parts.map((part) => `--limit\r\n${part}\r\n`).join("")}--limit--\r\n`;
}

async function exported(): Promise<string> {
  const response = await mock.app.inject({ url: `${path}.json`, headers: { host: HOST } });
  expect(response.statusCode).toBe(200);
  expect(response.headers["content-disposition"]).toBe(
    'attachment; filename="vipps-login-mock-default-2023-05-17T100000Z.json"',
  );
  return response.body;
}

describe("the state", () => {
  it("is downloaded as the API exports it, by who may use the API", async () => {
    const state = JSON.parse(await exported());
    expect(state).toEqual((await call(mock, "GET", "/state")).body);
    const stranger = await mock.app.inject({
      url: `${path}.json`,
      headers: { host: HOST },
      remoteAddress: "192.0.2.7",
    });
    expect([stranger.statusCode, stranger.body]).toEqual([
      403,
      expect.not.stringContaining("secret"),
    ]);
  });

  it.each(["file", "text"])("comes back from a %s", async (way) => {
    await call(mock, "POST", "/users", { body: { id: "kari" } });
    const state = await exported();
    await call(mock, "DELETE", "/users/kari");
    const sent = await upload(
      way === "file" ? formOf({ text: "" }, state) : formOf({ text: state }),
    );
    expect([sent.status, sent.location]).toEqual([303, "../lab/state"]);
    expect((await call(mock, "GET", "/users/kari")).status).toBe(200);
  });

  it.each([
    ["nothing", formOf({ text: " " }), "choose a file, or paste one"],
    ["no JSON", formOf({}, "{ no"), "line 1, column 3"],
    ["no state", formOf({ text: "{}" }), "version"],
    ["another version", formOf({ text: '{"version":999}' }), "version"],
    ["no form", "nonsense", "no multipart/form-data"],
    ["hostile values", formOf({}, '{"version":"<script>"}'), "<script>"],
  ])("says what is wrong with %s, and changes nothing", async (_what, form, said) => {
    const before = await exported();
    const sent = await upload(form);
    expect([sent.status, sent.text("problem")]).toEqual([400, expect.stringContaining(said)]);
    expect(await exported()).toBe(before);
  });

  it("tells the first of very many mistakes", async () => {
    const state = JSON.parse(await exported());
    state.users = Array.from({ length: 300 }, (_, n) => ({ id: `u${n}` }));
    const sent = await upload(formOf({}, JSON.stringify(state)));
    expect(sent.status).toBe(400);
    expect(sent.text("problem")).toMatch(/problems, and nothing was changed/);
    expect(sent.text("problem")?.length).toBeLessThan(5000);
  });

  it("is taken up to 16 MiB, and said to be too large beyond", async () => {
    const most = 16 * 1024 * 1024;
    const frame = formOf({}, "").length;
    const fits = await upload(formOf({}, " ".repeat(most - frame)));
    expect([fits.status, fits.text("problem")]).toEqual([
      400,
      expect.not.stringContaining("16 MiB"),
    ]);
    const before = await exported();
    const over = await upload(formOf({}, " ".repeat(most - frame + 1)));
    expect([over.status, over.text("problem")]).toEqual([
      413,
      expect.stringContaining("over 16 MiB"),
    ]);
    expect(over.text("problem")).toContain("curl -X PUT");
    expect(await exported()).toBe(before);
  });

  it("is imported by no other site", async () => {
    const response = await mock.app.inject({
      method: "POST",
      url: path,
      headers: {
        host: HOST,
        origin: "https://evil.example",
        "content-type": "multipart/form-data; boundary=limit",
      },
      payload: formOf({}, await exported()),
    });
    expect(response.statusCode).toBe(403);
  });
});

describe("a reset", () => {
  it("asks on a page of its own, and then goes back to the beginning", async () => {
    await call(mock, "DELETE", "/users/ada");
    const asked = await page(mock, "/mock/lab/reset");
    expect(asked.html).toContain("That cannot be taken back.");
    expect((await call(mock, "GET", "/users/ada")).status).toBe(404);
    const done = await submit(mock, "/mock/lab/reset", {});
    expect(done.text("done")).toContain("The sandbox is as it was made");
    expect((await call(mock, "GET", "/users/ada")).status).toBe(200);
  });
});
