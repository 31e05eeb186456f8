import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../docs/pages.ts";
import { describeWith } from "../support/requirement.ts";
import { eventually } from "../support/wait.ts";
import { basic, PATH, SHOP } from "../support/wire.ts";
import { logIn, reachBy } from "./browser.ts";
import type { Container, Host } from "./host.ts";
import { healthy, openHost } from "./host.ts";
import type { Image } from "./image.ts";
import { buildImage, makeVolume, specOf } from "./image.ts";
import { CONTAINERS } from "./requirement.ts";

/**
 * The Dockerfile, carried out step by step in a root of its own. Only `npm ci` is not, which fetches what this
 * checkout has already; and the base's programs are this machine's.
 */

describeWith(CONTAINERS, "the image", () => {
  let directory: string;
  let image: Image;
  let host: Host;
  let container: Container;
  let socket: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "vipps-login-mock-image-"));
    image = await buildImage({ context: ROOT, directory });
    host = await openHost({ vipps: [] });
    const mounts = image.volumes.map((target, number) => {
      const source = join(directory, `volume-${number}`);
      makeVolume(source, image, target);
      return { source, target, options: "rw" };
    });
    const env = { ...image.env, VIPPS_LOGIN_MOCK_TLS: "true" };
    const spec = { ...specOf({ ...image, mounts, env }), readOnly: true, hardened: true };
    container = await host.start("vipps", spec);
    socket = await host.publish("vipps", 4747);
    await healthy(container, image.healthcheck ?? []);
  }, 300_000);
  afterAll(async () => {
    await host?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const isHealthy = async () => (await container.exec(image.healthcheck ?? [])).code === 0;

  it("has the package, and places for a config and the CA beside what its base has", () => {
    expect(readdirSync(join(image.root, "opt"))).toEqual(["vipps-login-mock"]);
    expect(readdirSync(join(image.root, "config"))).toEqual([]);
    expect(readdirSync(join(image.root, "tls"))).toEqual([]);
    const names = ["dist", "package.json", "LICENSE"];
    const inside = readdirSync(join(image.root, "opt/vipps-login-mock"));
    expect(inside).toEqual(expect.arrayContaining(names));
    expect(inside).not.toContain("node_modules");
  });

  it("runs as its first process, as nobody in particular, who can become nobody else", () => {
    const status = readFileSync(`/proc/${container.pid}/status`, "utf8");
    expect(status).toMatch(/^Name:\tnode$/m);
    expect(status).toMatch(/^NSpid:.*\t1$/m);
    expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
  });

  it("can write to its volume, where it keeps its CA, and nowhere else", async () => {
    const canWriteTo = async (place: string) =>
      (await container.exec(["touch", join(place, "a-file")])).code === 0;
    expect(image.volumes).toEqual([image.env["VIPPS_LOGIN_MOCK_TLS_DIR"]]);
    expect(await canWriteTo("/tls")).toBe(true);
    expect((await container.exec(["cat", "/tls/ca.pem"])).out).toContain("BEGIN CERTIFICATE");
    for (const place of ["/", "/opt/vipps-login-mock", "/config", "/tmp", "/etc"]) {
      expect(await canWriteTo(place), place).toBe(false);
    }
  });

  it("logs somebody in", async () => {
    const shop = { ...SHOP, redirectUri: "http://localhost:3000/callback" };
    const reach = reachBy({ "localhost:4747": socket });
    const user = await logIn(shop, "http://localhost:4747", reach);
    expect(user).toMatchObject({ name: "Ada Nordmann" });
  });

  it("answers what has been sent before it is told to end, and ends with 0", async () => {
    const body = "grant_type=authorization_code";
    const sent = request({
      socketPath: socket,
      path: PATH.token,
      method: "POST",
      headers: {
        ...basic(SHOP),
        "content-type": "application/x-www-form-urlencoded",
        "content-length": body.length,
        expect: "100-continue",
      },
    });
    const response = new Promise<number | undefined>((resolve, reject) => {
      sent.once("response", (incoming) => resolve(incoming.resume().statusCode));
      sent.once("error", reject);
    });
    // It has read what comes before the body.
    await new Promise((resolve) => sent.once("continue", resolve).flushHeaders());
    container.kill("SIGTERM");
    await eventually(async () => expect(await isHealthy()).toBe(false));
    sent.end(body);
    expect(await response).toBe(400);
    expect(await container.ended).toBe(0);
  });
});
