import type { Sandbox } from "../sandbox/sandbox.ts";

/**
 * Has the checklist read on before the request log drops what nobody has looked at. Where nobody has asked for
 * a checklist, this is all of it that is loaded.
 */
export class ChecklistReader {
  /** How many requests this process has written since it looked last, by the generation of the sandbox. */
  readonly #unread = new WeakMap<object, number>();

  /** Called for each request that was written into the log. */
  async wrote({
    record,
    limits,
    store,
  }: Pick<Sandbox, "record" | "limits" | "store">): Promise<void> {
    const unread = (this.#unread.get(record) ?? 0) + 1;
    // A tenth of the log, so that several servers, and one that is slow, do not let it run full.
    const isDue = unread >= Math.max(1, Math.floor(limits.requests / 10));
    this.#unread.set(record, isDue ? 0 : unread);
    if (!isDue || !(await store.checklist.get())) return;
    const { catchUp } = await import("./catch-up.ts");
    await catchUp(store);
  }
}
