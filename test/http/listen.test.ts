import { once } from "node:events";
import { connect, Server } from "node:net";
import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listen } from "../../src/http/listen.ts";
import { releasePorts, takePorts } from "../../src/http/ports.ts";
import { freePort } from "../support/free-port.ts";

/** Whether a port can be taken again. */
async function isFree(port: number): Promise<boolean> {
  await releasePorts(await takePorts("127.0.0.1", port));
  return true;
}

describe("listen", () => {
  let app: FastifyInstance;
  beforeEach(() => {
    app = fastify();
    app.get("/", async () => "here");
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await app.close();
  });

  /** Makes the system refuse `::1`; every other address stays as it is. */
  function refuseIpv6Loopback(code: string): void {
    const original = Server.prototype.listen;
    vi.spyOn(Server.prototype, "listen").mockImplementation(function (
      this: Server,
      ...args: unknown[]
    ) {
      const [where] = args as [{ readonly host?: string } | undefined];
      if (where?.host !== "::1") return Reflect.apply(original, this, args);
      queueMicrotask(() => this.emit("error", Object.assign(new Error(code), { code })));
      return this;
    });
  }

  const listenAt = async (host: string) => listen(app, host, await takePorts(host, 0));
  const answerOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text();

  it.each(["EADDRNOTAVAIL", "EAFNOSUPPORT"])(
    "is content with 127.0.0.1 on a machine without IPv6 (%s)",
    async (code) => {
      refuseIpv6Loopback(code);
      const { port } = await listenAt("localhost");
      expect(await answerOf(port)).toBe("here");
    },
  );

  it.each(["EADDRINUSE", "EACCES"])(
    "gives 127.0.0.1 back when localhost cannot be had whole (%s)",
    async (code) => {
      const port = await freePort("127.0.0.1");
      refuseIpv6Loopback(code);
      await expect(takePorts("localhost", port)).rejects.toMatchObject({ code });
      expect(await isFree(port)).toBe(true);
    },
  );

  it("does not ask for IPv6 where an address is named", async () => {
    refuseIpv6Loopback("EADDRINUSE");
    const { port } = await listenAt("127.0.0.1");
    expect(await answerOf(port)).toBe("here");
  });

  it("closes who connects to a port at which nothing is served yet", async () => {
    const ports = await takePorts("localhost", 0, 0);
    for (const { number } of [ports.http, ports.https ?? expect.fail()]) {
      for (const host of ["127.0.0.1", "::1"]) await once(connect(number, host).resume(), "close");
    }
    await releasePorts(ports);
    expect(await isFree(ports.http.number)).toBe(true);
  });

  it("takes no port where one of them is taken, and names the option of that", async () => {
    const taken = await takePorts("localhost", 0);
    const { number: port } = taken.http;
    const other = await freePort("127.0.0.1");
    const code = "EADDRINUSE";
    await expect(takePorts("localhost", other, port)).rejects.toMatchObject({
      ...{ code, port, option: "tlsPort" },
    });
    await expect(takePorts("localhost", port, other)).rejects.toMatchObject({ code, port });
    expect(await isFree(other)).toBe(true);
    await releasePorts(taken);
  });
});
