import type { RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ChangeStreams } from "../../src/dashboard/streams.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { page } from "../support/dashboard.ts";
import { startMock } from "../support/mock.ts";
import { startServer } from "../support/server.ts";
import { eventually, until } from "../support/wait.ts";

/** Counts who watches, and says to all of them that something has changed. */
class Watched {
  readonly told = new Set<(version: string) => void>();
  started = 0;

  watch(_id: string, _since: string, changed: (version: string) => void): () => void {
    this.started += 1;
    this.told.add(changed);
    return () => this.told.delete(changed);
  }
}

const GET = "GET /mock/changes HTTP/1.1\r\nHost: localhost\r\n\r\n";

describe("the event streams", () => {
  let changes: Watched;
  let streams: ChangeStreams;
  beforeEach(() => {
    changes = new Watched();
    streams = new ChangeStreams(changes, 2);
  });
  afterEach(() => streams.endAll());

  const serve = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await until(() => server.listening);
    return (text: string): Socket => {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.write(text);
      return socket.resume();
    };
  };
  const open = (response: ServerResponse) => {
    const obstacle = streams.whyNot(response);
    if (obstacle === undefined) streams.open(response, DEFAULT_SANDBOX, "");
    else response.writeHead(503).end(obstacle);
  };

  it("end when their readers go, and make room", async () => {
    const ask = await serve((_, response) => open(response));
    const readers = [ask(GET), ask(GET)];
    await until(() => changes.told.size === 2);
    await until(
      () =>
        new Promise((resolve) =>
          ask(GET).on("data", (text) => resolve(String(text).includes("503"))),
        ),
    );
    for (const each of readers) each.destroy();
    await until(() => changes.told.size === 0);
    ask(GET);
    await until(() => changes.told.size === 1);
  });

  it("are not begun behind another response, of whose end Node says nothing", async () => {
    const held: ServerResponse[] = [];
    const ask = await serve((request, response) =>
      request.url === "/wait" ? held.push(response) : open(response),
    );
    const socket = ask(`GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n${GET.repeat(20)}`);
    await until(() => held.length === 1);
    const others = [ask(GET), ask(GET)];
    await until(() => changes.told.size === 2);
    for (const each of [socket, ...others]) each.destroy();
    await until(() => changes.told.size === 0);
    expect(changes.started).toBe(2);
  });

  it("are not begun for who has gone before", async () => {
    let late: ServerResponse | undefined;
    const ask = await serve((_, response) => {
      late = response;
    });
    const socket = ask(GET);
    const response = (await until(() => late)) as ServerResponse;
    socket.destroy();
    await until(() => response.destroyed);
    open(response);
    expect(changes.started).toBe(0);
  });

  it("end for a reader who does not read", async () => {
    const ask = await serve((_, response) => open(response));
    ask(GET).pause();
    await until(() => changes.told.size === 1);
    await eventually(() => {
      for (const tell of changes.told) tell("x".repeat(32 * 1024));
      expect(changes.told.size).toBe(0);
    });
  });
});

describe("/mock/changes", () => {
  it.each(["cross-site", "same-site"])("is refused to a page of another site: %s", async (site) => {
    const mock = await startMock();
    onTestFinished(() => mock.close());
    const headers = { "sec-fetch-site": site, "sec-fetch-dest": "image" };
    const { status } = await page(mock, "/mock/changes", { headers });
    expect(status).toBe(403);
  });

  it("tells of a change, and of what it is by HEAD", async () => {
    const { url, store, close } = await startServer();
    onTestFinished(close);
    const head = await fetch(`${url}/mock/changes`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-type")]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
    ]);
    const controller = new AbortController();
    const { body } = await fetch(`${url}/mock/changes`, { signal: controller.signal });
    const seen: string[] = [];
    const read = (async () => {
      for await (const part of body ?? []) seen.push(Buffer.from(part).toString());
    })().catch(() => {});
    await until(() => seen.join("").includes("data: "));
    const before = seen.length;
    await store.users.take("ada");
    await until(() => seen.slice(before).join("").includes("data: "));
    controller.abort();
    await read;
  });
});
