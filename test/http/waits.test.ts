import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { ClientGone, Waits } from "../../src/http/waits.ts";

/** What a wait knows of the response to come. */
function response(): ServerResponse & { destroyed: boolean } {
  return Object.assign(new EventEmitter(), { destroyed: false }) as never;
}

it("a wait ends with the server, and none begins after that", async () => {
  const waits = new Waits();
  const before = waits.wait(3600, response());
  waits.endAll();
  await before;
  await waits.wait(3600, response());
});

it("a wait ends with its client, and says so", async () => {
  const gone = response();
  const waiting = new Waits().wait(3600, gone);
  gone.destroyed = true;
  gone.emit("close");
  await expect(waiting).rejects.toThrow(ClientGone);
});
