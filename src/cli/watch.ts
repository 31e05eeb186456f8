import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../config/config-error.ts";
import type { ConfigPlace, LoadedConfig } from "../config/load.ts";
import { configPaths, loadConfig } from "../config/load.ts";
import type { Replacement } from "../config/variables.ts";
import { tellingSources } from "../config/variables.ts";
import type { Log } from "../platform/log.ts";
import { every, pause } from "../platform/timers.ts";
import type { SeedConfig } from "../records/config.ts";
import type { Seconds } from "../records/time.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import { applyConfig } from "./config-change.ts";

/**
 * `--watch`: a config file that changes is taken at once. One with a mistake is told and changes nothing,
 * and the next good one is held against the last one that was taken.
 */

/** What a watched config is for. */
interface Watched {
  readonly sandboxes: Sandboxes;
  readonly place: ConfigPlace;
  /** What the server started with. */
  readonly loaded: LoadedConfig;
  /** What the command line says in place of the file. */
  readonly flags: Partial<SeedConfig>;
  /** What is to be said of a config, as at the start. */
  readonly notesOf: (config: SeedConfig) => readonly string[];
  readonly log: Log;
}

/** How often it is looked for a change of which the system tells nothing: a mounted file, a network drive. */
const LOOK_INTERVAL: Seconds = 1;

/** A file is read when it has been left alone for so long: an editor may need several steps to write it. */
const SETTLING: Seconds = 0.1;

export class ConfigWatch {
  readonly #watched: Watched;
  readonly #paths: readonly string[];
  readonly #end = new AbortController();
  readonly #timer: { stop(): void };
  readonly #watcher: FSWatcher | undefined;
  /** What was taken last. */
  #config: SeedConfig;
  #file: string | undefined;
  /** What came from the environment, in any version so far: records of each may still be there. */
  #sources: Replacement["sources"];
  /** What was said of its variables when it was taken. */
  #notes: Replacement["notes"];
  /** How the files looked when they were last read. */
  #seen = "";
  /** Whether the system told of a change, so that they are read however they look. */
  #isTold = false;
  /** Why the file is not taken as it is now. */
  #complaint: string | undefined;
  #work = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#config = { ...watched.loaded.config, ...watched.flags };
    this.#file = watched.loaded.file;
    this.#sources = watched.loaded.replaced.sources;
    this.#notes = watched.loaded.replaced.notes;
    this.#paths = configPaths(watched.place);
    this.#watcher = this.#listen();
    this.#timer = every(LOOK_INTERVAL, () => this.#look(), this.#fail);
    this.#say();
    // It may have changed since the start.
    void this.#look();
  }

  /** Ends the watching; what is being done is finished. */
  async stop(): Promise<void> {
    this.#end.abort();
    this.#timer.stop();
    this.#watcher?.close();
    await this.#next;
    await this.#work;
  }

  #say(): void {
    const { log, place } = this.#watched;
    if (this.#file !== undefined) {
      log.info(`--watch: ${this.#file} is taken anew whenever it changes`);
      return;
    }
    const names = this.#paths.map((path) => basename(path)).join(", ");
    log.warn(
      `--watch: there is no config file to watch; the first of ${names} that appears in ` +
        `${place.directory} is taken`,
    );
  }

  /** The folder is watched, not the file: most editors put another file in its place. */
  #listen(): FSWatcher | undefined {
    const names = this.#paths.map((path) => basename(path));
    try {
      const folder = dirname(this.#paths[0] ?? "");
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name !== null && !names.includes(name)) return;
        this.#isTold = true;
        void this.#look();
      });
      // Without it, the timer still looks.
      watcher.on("error", () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  /** A look that has yet to begin, one for all who ask meanwhile. */
  #look(): Promise<void> {
    this.#next ??= this.#work.then(() => {
      this.#next = undefined;
      this.#work = this.#lookOnce().catch(this.#fail);
      return this.#work;
    });
    return this.#next;
  }

  async #lookOnce(): Promise<void> {
    const looks = await this.#looks();
    if (looks === this.#seen && !this.#isTold) return;
    const settled = await this.#settled(looks);
    if (this.#end.signal.aborted) return;
    this.#isTold = false;
    this.#seen = settled;
    try {
      await this.#take(await loadConfig(this.#watched.place));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#complain(error);
    }
  }

  /** How they look when they do not change any more. */
  async #settled(first: string): Promise<string> {
    let looks = first;
    while (!this.#end.signal.aborted) {
      await pause(SETTLING, this.#end.signal);
      const later = await this.#looks();
      if (later === looks) break;
      looks = later;
    }
    return looks;
  }

  /** A text that is another one whenever one of the files is. */
  async #looks(): Promise<string> {
    const each = this.#paths.map(async (path) => {
      const found = await stat(path, { bigint: true }).catch(() => undefined);
      return found ? [found.ino, found.size, found.mtimeNs, found.ctimeNs].join() : "";
    });
    return (await Promise.all(each)).join("|");
  }

  async #take({ config, file, replaced }: LoadedConfig): Promise<void> {
    const { sandboxes, flags, notesOf, log } = this.#watched;
    if (file === undefined) {
      if (this.#file === undefined) return;
      const message = "it is gone; what it said stays in force until there is one again";
      throw new ConfigError(this.#file, [{ path: "", message }]);
    }
    const [before, after] = [this.#config, { ...config, ...flags }];
    const sources = new Map([...this.#sources, ...replaced.sources]);
    if (!isDeepStrictEqual(before, after)) {
      const { done, left } = await applyConfig(sandboxes, { before, after, source: file, sources });
      const clean = tellingSources(sources);
      const what = done.map(clean).join("; ") || "nothing that is in force differs";
      log.info(`${file} was taken: ${what}`);
      for (const one of left) log.warn(`${file}: ${clean(one)}`);
      const known = [...this.#notes, ...notesOf(before).map(clean)];
      const notes = [...replaced.notes, ...notesOf(after).map(clean)];
      for (const note of notes) if (!known.includes(note)) log.warn(note);
    } else if (this.#complaint !== undefined) {
      log.info(`${file} is in order again, and says what it said before`);
    }
    this.#config = after;
    this.#file = file;
    this.#sources = sources;
    this.#notes = replaced.notes;
    this.#complaint = undefined;
  }

  #complain({ message, source, problems }: ConfigError): void {
    if (message === this.#complaint) return;
    this.#complaint = message;
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    const { log } = this.#watched;
    log.error(`${source} was not taken, and nothing changes: it has ${count}`);
    for (const { path, message: what } of problems) {
      log.error(`${source}: ${path === "" ? what : `${path}: ${what}`}`);
    }
  }

  readonly #fail = (err: unknown) => {
    this.#watched.log.error({ err }, "the changed config could not be taken");
  };
}
