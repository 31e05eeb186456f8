import { stopwatch } from "../platform/clock.ts";
import type { ServingIo } from "./io.ts";
import { isRunByNpm, whenNpmGoes } from "./npm.ts";

/** When the operator wants the program to end, and when to end at once. */
type Endings = Pick<ServingIo, "stopped" | "hurried">;

/** Within so many milliseconds a second signal is the first one again: npm sends on what reached both. */
const ECHO = 1000;

/** Listens for the signals that end the program, and for the end of the npm that runs it. */
export function watchEndings(own: Pick<NodeJS.Process, "env" | "on" | "ppid">): Endings {
  let sinceFirst: (() => number) | undefined;
  let [stop, hurry] = [() => {}, () => {}];
  const endings = {
    stopped: new Promise<void>((resolve) => {
      stop = resolve;
    }),
    hurried: new Promise<void>((resolve) => {
      hurry = resolve;
    }),
  };
  function end(): void {
    if (sinceFirst && sinceFirst() > ECHO) hurry();
    sinceFirst ??= stopwatch();
    stop();
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) own.on(signal, end);
  if (isRunByNpm(own.env["npm_lifecycle_script"])) whenNpmGoes(own, end);
  return endings;
}
