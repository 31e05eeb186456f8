import { expect, it } from "vitest";
import { call } from "../support/control.ts";
import { NOON, startMock } from "../support/mock.ts";
import { serverForFile } from "../support/server.ts";
import { authorizePath, get, PATH, tokensFrom } from "../support/wire.ts";

/** What holds for the headers of every endpoint, over a real connection. */

const server = await serverForFile({}, { behindNginx: false });

const answers = () =>
  Promise.all(
    [authorizePath(), PATH.discovery, PATH.jwks, PATH.userinfo, PATH.error, "/nothing"].map(
      (path) => fetch(`${server.url}${path}`, { redirect: "manual" }),
    ),
  );

it("names the mock, no server and no request", async () => {
  for (const { headers, url } of await answers()) {
    expect(headers.get("x-vipps-login-mock"), url).toBe("0.0.0-test");
    const names = [...headers.keys()].filter((name) =>
      /^server$|^via$|request-id|trace/.test(name),
    );
    expect(names, url).toEqual([]);
  }
});

it("has the real date in its header, whatever the sandbox's clock says", async () => {
  const body = JSON.stringify({ advance: "48h" });
  const headers = { "content-type": "application/json" };
  const moved = await fetch(`${server.url}/mock/api/clock`, { method: "PATCH", headers, body });
  expect(moved.status).toBe(200);
  for (const answer of await answers()) {
    const ahead = Date.parse(answer.headers.get("date") ?? "") - Date.now();
    expect(ahead).toBeLessThan(24 * 3600 * 1000);
  }
});

it("is the same with and without the headers of a system, however long they are", async () => {
  const mock = await startMock();
  const { access_token } = await tokensFrom(mock);
  const bearer = { authorization: `Bearer ${access_token}` };
  const system = Object.fromEntries(
    ["System-Name", "System-Version", "System-Plugin-Name", "System-Plugin-Version"].map((name) => [
      `Vipps-${name}`,
      "x".repeat(100),
    ]),
  );
  const plain = await get(mock, PATH.userinfo, bearer);
  const named = await get(mock, PATH.userinfo, { ...bearer, ...system });
  expect([named.statusCode, named.body]).toEqual([200, plain.body]);
  const { notes, at } = (await call(mock, "GET", "/requests?endpoint=userinfo")).body.items.at(-1);
  expect([notes, at]).toEqual([[], new Date(NOON * 1000).toISOString().replace(".000", "")]);
  await mock.close();
});
