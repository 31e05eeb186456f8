import type { SandboxStore } from "../store/store.ts";

/** Hears of what other processes write in a sandbox, in whichever generation it has, until it is stopped. */
export class Others {
  readonly #heard: () => void;
  #store: SandboxStore | undefined;
  #end = () => {};
  #isStopped = false;

  constructor(heard: () => void) {
    this.#heard = heard;
  }

  listenIn(store: SandboxStore): void {
    if (this.#isStopped || this.#store === store) return;
    this.#end();
    this.#store = store;
    this.#end = store.onOthersWrite(this.#heard);
  }

  stop(): void {
    this.#isStopped = true;
    this.#end();
  }
}
