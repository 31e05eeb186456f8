import { afterEach, describe, expect, it } from "vitest";
import { METRIC_NAMES, METRICS, PREFIX } from "../../src/metrics/table.ts";
import { call } from "../support/control.ts";
import { scrape, valuesOf } from "../support/metrics.ts";
import type { Mock, MockOptions } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  authorize,
  basic,
  get,
  HOST,
  PATH,
  post,
  SHOP,
  tokensFrom,
  userinfo,
} from "../support/wire.ts";

/** `/mock/metrics`: who gets it, what is in it, and what it says of requests. */

const running: Mock[] = [];
afterEach(async () => {
  for (const mock of running.splice(0)) await mock.close();
});

async function started(options: MockOptions = {}, config = {}): Promise<Mock> {
  const mock = await startMock(config, { metrics: true, sweeps: false, ...options });
  running.push(mock);
  return mock;
}

const URL = "/mock/metrics";

describe("without --metrics", () => {
  it("is nothing there, and it is said what to switch on", async () => {
    const mock = await started({ metrics: false });
    for (const path of [URL, `/s/nobody${URL}`]) {
      expect((await get(mock, path)).statusCode).toBe(404);
    }
    const { headers, body } = await get(mock, URL);
    expect(headers["content-type"]).toContain("application/problem+json");
    expect(JSON.parse(body).detail).toBe(
      "Nothing is measured: start the mock with --metrics, or with VIPPS_LOGIN_MOCK_METRICS=true.",
    );
    expect((await get(mock, URL, { accept: "text/html" })).body).toContain("--metrics");
    expect((await get(mock, "/mock/metric")).body).not.toContain("GET /mock/metrics");
    expect((await mock.app.inject({ method: "HEAD", url: URL })).statusCode).toBe(404);
  });
});

describe("with --metrics", () => {
  it("is in the format of Prometheus, and in the list of what exists", async () => {
    const mock = await started();
    const { headers, body } = await get(mock, URL);
    expect(headers).toMatchObject({
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(body.endsWith("\n")).toBe(true);
    expect((await get(mock, "/mock/metric")).body).toContain("GET /mock/metrics");
    const head = await mock.app.inject({ method: "HEAD", url: URL });
    expect([head.statusCode, head.body]).toEqual([200, ""]);
  });

  it("has each metric of the table with its type, its help and its labels, and no other", async () => {
    const mock = await started();
    await tokensFrom(mock);
    const { body } = await get(mock, URL);
    const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const own = types.filter(([name]) => !/^(process|nodejs)_/.test(String(name)));
    expect(own).toEqual(METRIC_NAMES.map((name) => [PREFIX + name, METRICS[name].type]));
    for (const name of METRIC_NAMES)
      expect(body).toContain(`# HELP ${PREFIX}${name} ${METRICS[name].help}\n`);
    for (const { name, labels } of await scrape(mock)) {
      const base = METRIC_NAMES.find((one) => one === name.replace(/_(bucket|sum|count)$/, ""));
      if (base === undefined) continue;
      const { le: _, ...rest } = labels;
      expect(Object.keys(rest).sort(), name).toEqual(Object.keys(METRICS[base].labels).sort());
    }
    const names = types.map(([name]) => name);
    expect(names).toContain("process_cpu_seconds_total");
    expect(names).toContain("nodejs_eventloop_lag_p99_seconds");
  });

  it("counts for each server by itself", async () => {
    const [one, other] = [await started(), await started()];
    await tokensFrom(one);
    expect(await valuesOf(one, "logins_started_total", "flow")).toEqual({ browser: 1 });
    expect(await valuesOf(other, "logins_started_total", "flow")).toEqual({});
  });

  it("says what runs, also when that is changed", async () => {
    const mock = await started();
    const labels = ["version", "profile", "store"];
    expect(await valuesOf(mock, "build_info", ...labels)).toEqual({ "0.0.0-test 2023 memory": 1 });
    await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    expect(await valuesOf(mock, "build_info", ...labels)).toEqual({ "0.0.0-test 2026 memory": 1 });
  });
});

describe("who gets the metrics", () => {
  const token = "a-long-token-of-the-operator";

  it.each([
    ["a program on this machine", {}, {}, "127.0.0.1", 200],
    ["a program elsewhere", {}, {}, "10.0.0.7", 403],
    [
      "a page that has made its name point here",
      {},
      { host: "attacker.example" },
      "127.0.0.1",
      403,
    ],
    ["a page of another origin", {}, { origin: "https://attacker.example" }, "127.0.0.1", 403],
    ["anybody where it is open", { open: true }, { host: "vipps:4747" }, "10.0.0.7", 200],
    ["nobody without the token", { token }, {}, "127.0.0.1", 401],
    ["nobody with another token", { token }, { authorization: "Bearer x" }, "127.0.0.1", 401],
    ["who has the token", { token }, { authorization: `Bearer ${token}` }, "10.0.0.7", 200],
  ])("%s", async (_, control, headers, remoteAddress, status) => {
    const mock = await started({ control: { open: false, ...control } });
    const response = await mock.app.inject({
      url: URL,
      remoteAddress,
      headers: { host: HOST, ...headers },
    });
    expect(response.statusCode).toBe(status);
    if (status !== 200) expect(response.body).not.toContain("vipps_login_mock_");
  });
});

describe("what is said of requests", () => {
  const COUNT = "http_request_duration_seconds_count";
  const counted = (mock: Mock) => valuesOf(mock, COUNT, "method", "route", "status");

  it("are their routes, and no value that somebody has sent", async () => {
    const mock = await started();
    await call(mock, "POST", "/sandboxes", { body: { id: "secret-box" } });
    await get(mock, `/s/secret-box${PATH.discovery}`);
    await get(mock, "/s/secret-box/secret-path");
    await get(mock, "/mock/api/users/secret-user");
    await get(mock, "/vipps-userinfo-api/userinfo/secret-sub");
    expect(await counted(mock)).toMatchObject({
      "POST /mock/api/sandboxes 2xx": 1,
      [`GET ${PATH.discovery} 2xx`]: 1,
      "GET none 4xx": 1,
      "GET /mock/api* 4xx": 1,
      "GET /vipps-userinfo-api/userinfo/:sub 4xx": 1,
    });
    expect((await get(mock, URL)).body).not.toContain("secret-");
  });

  it("is how long each took", async () => {
    const mock = await started();
    const fault = { match: { endpoint: "jwks" }, delay: 0.3, then: { status: 500 } };
    await call(mock, "POST", "/faults", { body: fault });
    await get(mock, PATH.jwks);
    const samples = (await scrape(mock)).filter(({ labels }) => labels["route"] === PATH.jwks);
    const upTo = (le: string) => samples.find(({ labels }) => labels["le"] === le)?.value;
    expect([upTo("0.25"), upTo("+Inf")]).toEqual([0, 1]);
  });

  it("are refusals by the rule, of endpoints and of pages alike", async () => {
    const mock = await started();
    await authorize(mock, { redirect_uri: "https://elsewhere.example" });
    await authorize(mock, { redirect_uri: "https://elsewhere.example" });
    await userinfo(mock, "nonsense");
    await post(mock, PATH.token, { grant_type: "authorization_code", code: "x" }, basic(SHOP));
    await get(mock, "/nowhere");
    await get(mock, PATH.discovery);
    expect(await valuesOf(mock, "refusals_total", "rule")).toEqual({
      "redirect-uri": 2,
      "access-token": 1,
      "authorization-code": 1,
      http: 1,
    });
  });

  it("are not more rules than there can be", async () => {
    const { Metrics } = await import("../../src/metrics/metrics.ts");
    const { createMemoryStore } = await import("../../src/store/memory.ts");
    const metrics = new Metrics("1", createMemoryStore());
    for (let number = 1; number <= 102; number += 1) metrics.refused(`rule-${number}`);
    metrics.refused("rule-100");
    const text = await metrics.text();
    const rules = [...text.matchAll(/refusals_total\{rule="(.*)"\} (\d+)/g)];
    expect(rules.slice(-2).map(([, rule, count]) => [rule, count])).toEqual([
      ["rule-100", "2"],
      ["other", "2"],
    ]);
  });
});
