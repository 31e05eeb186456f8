import { Server } from "node:net";
import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listen } from "../../src/http/listen.ts";

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

  const answerOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text();

  it.each(["EADDRNOTAVAIL", "EAFNOSUPPORT"])(
    "is content with 127.0.0.1 on a machine without IPv6 (%s)",
    async (code) => {
      refuseIpv6Loopback(code);
      const { port } = await listen(app, "localhost", 0);
      expect(await answerOf(port)).toBe("here");
    },
  );

  it.each(["EADDRINUSE", "EACCES"])(
    "gives 127.0.0.1 back when localhost cannot be had whole (%s)",
    async (code) => {
      refuseIpv6Loopback(code);
      await expect(listen(app, "localhost", 0)).rejects.toMatchObject({ code });
      expect(app.server.listening).toBe(false);
    },
  );

  it("does not ask for IPv6 where an address is named", async () => {
    refuseIpv6Loopback("EADDRINUSE");
    const { port } = await listen(app, "127.0.0.1", 0);
    expect(await answerOf(port)).toBe("here");
  });
});
