import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchEndings } from "../../src/cli/endings.ts";

describe("a program that is told to end", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A process, and what has become of it so far. */
  function running() {
    const own = Object.assign(new EventEmitter(), { env: {}, ppid: 1 });
    const said: string[] = [];
    const endings = watchEndings(own as never);
    void endings.stopped.then(() => said.push("stopped"));
    void endings.hurried.then(() => said.push("hurried"));
    const signal = async (name: string, later = 0) => {
      vi.advanceTimersByTime(later);
      own.emit(name);
      await Promise.resolve();
      return [...said];
    };
    return { signal, said };
  }

  it.each(["SIGINT", "SIGTERM"])("ends by %s", async (name) => {
    const { signal, said } = running();
    expect(said).toEqual([]);
    expect(await signal(name)).toEqual(["stopped"]);
  });

  it.each([
    [0, ["stopped"]],
    [1000, ["stopped"]],
    [1001, ["stopped", "hurried"]],
  ])("hurries by a second signal after %i ms: %j", async (later, said) => {
    const { signal } = running();
    await signal("SIGINT");
    expect(await signal("SIGINT", later)).toEqual(said);
  });

  it("ends by nothing else", async () => {
    expect(await running().signal("SIGUSR1")).toEqual([]);
  });
});
