import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ROOT } from "../docs/pages.ts";
import { describeWith } from "../support/requirement.ts";
import { until } from "../support/wait.ts";
import { PATH } from "../support/wire.ts";
import type { Reach } from "./browser.ts";
import { logInAt, reachBy } from "./browser.ts";
import type { Project } from "./compose.ts";
import { readCompose, up } from "./compose.ts";
import { CONTAINERS } from "./requirement.ts";
import { standIns } from "./stand-ins.ts";

/** The Compose files of deploy/, as they are. `npm run lint` holds them against the Compose Specification. */

const NAMES = ["backend", "replicas", "https"] as const;

const fileOf = (name: (typeof NAMES)[number]) => join(ROOT, "deploy", name, "compose.yaml");

describe.each(NAMES)("the Compose file of %s", (name) => {
  const { services } = readCompose(fileOf(name));

  it.each(Object.entries(services))(
    "lets %s write and become nothing that it need not",
    (_, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        mem_limit: "512m",
        restart: "unless-stopped",
        stop_grace_period: "15s",
      });
    },
  );

  it("opens its ports to this machine alone", () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).not.toEqual([]);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  it("names exact versions of images", () => {
    const images = Object.values(services).flatMap(({ image = [] }) => image);
    expect(images.filter((image) => !/^[\w/-]+:\d+\.\d+\.\d+-\w+$/.test(image))).toEqual([]);
  });
});

describeWith(CONTAINERS, "Compose", () => {
  const images = standIns();
  let project: Project;

  const ada = { status: 200, text: "Welcome, Ada Nordmann\n" };
  const shop = "http://localhost:3000";
  const outside = (hosts: Readonly<Record<string, string>>, ca?: string) => {
    const sockets = Object.entries(hosts).map(([host, port]) => [
      host,
      project.sockets[port] ?? "",
    ]);
    return reachBy(Object.fromEntries(sockets), ca);
  };
  const here = { "localhost:3000": "3000", "localhost:4747": "4747" };

  it("starts the mock beside an application that people log in to", async () => {
    project = await up(fileOf("backend"), images);
    onTestFinished(() => project.close());
    expect(await logInAt(shop, outside(here))).toEqual(ada);
  });

  it("starts the mock under the real service's names, whose CA the application has from the volume", async () => {
    project = await up(fileOf("https"), images);
    onTestFinished(() => project.close());
    const ca = readFileSync(join(project.volume("vipps-tls"), "ca.pem"), "utf8");
    const reach = outside({ "localhost:3000": "3000", "api.vipps.no": "443" }, ca);
    expect(await logInAt(shop, reach)).toEqual(ada);
  });

  describe("with replicas", () => {
    const base = "http://localhost:4747";
    const headers = { authorization: "Bearer public-mock-secret-of-control" };
    let reach: Reach;
    beforeAll(async () => {
      project = await up(fileOf("replicas"), images);
      reach = outside(here);
    });
    afterAll(() => project.close());

    const ask = (path: string, init?: RequestInit) => reach(new Request(`${base}${path}`, init));
    /** How many requests went to each. */
    const shares = () => {
      const log = project.containers["proxy"]?.output() ?? "";
      const names = ["vipps-1", "vipps-2"];
      return names.map((name) => log.split(`${project.host.addressOf(name)}:4747\n`).length - 1);
    };

    it("logs people in at both", async () => {
      expect(await logInAt(shop, reach)).toEqual(ada);
      expect(Math.min(...shares())).toBeGreaterThan(2);
    });

    it("keeps the control API to who has the token", async () => {
      expect((await ask("/mock/api/users/ada")).status).toBe(401);
      expect((await ask("/mock/api/users/ada", { headers })).status).toBe(200);
      expect((await ask("/mock/api/health")).status).toBe(200);
    });

    it("hands on to the mock what nginx would refuse: long addresses, headers and bodies", async () => {
      const long = "a".repeat(60_000);
      expect((await ask(`${PATH.auth}?state=${long}`)).status).toBe(502);
      expect((await ask("/mock/api/users/ada", { headers: { ...headers, long } })).status).toBe(
        200,
      );
      // It is for the mock to say that this is no config.
      const body = JSON.stringify({ config: { nothing: long.repeat(40) } });
      const post = {
        method: "POST",
        body,
        headers: { ...headers, "content-type": "application/json" },
      };
      const refused = await ask("/mock/api/sandboxes", post);
      expect(refused.headers.get("content-type")).toContain("application/problem+json");
    });

    it("lets nobody say from outside where the mock is", async () => {
      const forged = { "x-forwarded-host": "evil.example", "x-forwarded-prefix": "/evil" };
      const response = await ask(PATH.discovery, { headers: forged });
      expect(((await response.json()) as { issuer: string }).issuer).toBe(
        `${base}/access-management-1.0/access/`,
      );
    });

    it("hands on what an event stream says at once, and lets a call wait", async () => {
      const stream = await openStream(project.sockets["4747"] ?? "", headers);
      const take = (wait: string) =>
        ask("/mock/api/requests/take", {
          method: "POST",
          body: JSON.stringify({ endpoint: "revoke", wait }),
          headers: { ...headers, "content-type": "application/json" },
        });
      const began = performance.now();
      expect((await take("1s")).status).toBe(404);
      expect(performance.now() - began).toBeGreaterThan(990);
      const waits = take("60s");
      await ask(PATH.revoke, { method: "POST" });
      expect(await (await waits).json()).toMatchObject({ endpoint: "revoke" });
      await until(() => /^data:/m.test(stream.said()));
      stream.close();
    });

    it("loses nothing with one of them", async () => {
      const one = project.containers["vipps-1"];
      const meanwhile = async () => {
        one?.kill("SIGKILL");
        await one?.ended;
      };
      expect(await logInAt(shop, reach, meanwhile)).toEqual(ada);
      expect((await ask("/mock/api/health")).status).toBe(200);
    });
  });
});

/** The stream by which a page of the dashboard hears that it is to look again. */
async function openStream(socketPath: string, headers: Readonly<Record<string, string>>) {
  const host = { host: "localhost:4747" };
  const sent = request({
    socketPath,
    path: "/mock/changes",
    headers: { ...headers, ...host },
  }).end();
  let said = "";
  await new Promise<void>((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (incoming) => {
      incoming.on("data", (chunk) => {
        said += chunk;
        resolve();
      });
      incoming.on("error", () => {});
    });
  });
  return { said: () => said, close: () => sent.destroy() };
}
