import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Problem } from "../control/api/problem.ts";
import { defined } from "../records/defined.ts";
import type { Done, Undo } from "./page.ts";

/**
 * What a form changes of a record, and the way back. Others change the same record meanwhile, so a form
 * says what it was made from, and nothing is overwritten that nobody has seen.
 */

/** Of the new values those that are others than the ones that are there. */
export function changesIn<Whole extends object>(
  current: Whole,
  next: Partial<Whole>,
): Partial<Whole> {
  const changed = Object.entries(next).filter(
    ([name, value]) => !isDeepStrictEqual(value, current[name as keyof Whole]),
  );
  return defined(Object.fromEntries(changed)) as Partial<Whole>;
}

/** The same members as they are now, to go back to. */
export function currentOf<Whole extends object>(
  current: Whole,
  changes: Partial<Whole>,
): Partial<Whole> {
  const names = Object.keys(changes) as (keyof Whole)[];
  return Object.fromEntries(names.map((name) => [name, current[name]])) as Partial<Whole>;
}

/** Stands for a value, so that a form can tell whether it has changed without having it. */
function printOf(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

/** Those of several values, by their names, for a hidden field. */
export function printsOf(values: Iterable<readonly [name: string, value: unknown]>): string {
  const prints = [...values].map(([name, value]): [string, string] => [name, printOf(value)]);
  return new URLSearchParams(prints).toString();
}

/** What a hidden field says of values: whether one is still the same. What it does not know, is. */
export function comparing(prints: string | null): (name: string, value: unknown) => boolean {
  const known = new URLSearchParams(prints ?? "");
  return (name, value) => (known.get(name) ?? printOf(value)) === printOf(value);
}

/**
 * The form that puts members of a record back.
 *
 * @param before as they were
 * @param after what has become of them, and has to be there still
 */
export function restoring<Whole extends object>(
  action: string,
  before: Partial<Whole>,
  after: Whole,
): Undo {
  const left = printsOf(Object.entries(currentOf(after, before)));
  return { action, fields: { action: "restore", values: JSON.stringify(before), left } };
}

/**
 * What such a form puts back.
 *
 * @throws Problem 400 where it is none, 409 where somebody has changed the same since
 */
export function toRestore<Whole extends object>(
  form: URLSearchParams,
  current: Whole,
): Partial<Whole> {
  const values = readJson(form.get("values"));
  if (typeof values !== "object" || values === null) throw notRestorable();
  refuseMoved(form, currentOf(current, values as Partial<Whole>));
  return values as Partial<Whole>;
}

/** @throws Problem 409 where something is not any more what the form that takes it back has left */
export function refuseMoved(form: URLSearchParams, current: object): void {
  const isSame = comparing(form.get("left"));
  const moved = Object.entries(current).filter(([name, value]) => !isSame(name, value));
  if (moved.length === 0) return;
  const names = moved.map(([name]) => name).join(", ");
  throw new Problem(
    409,
    `It cannot be taken back: meanwhile somebody has changed ${names} once more, and that would be lost.`,
  );
}

/** @throws Problem 400 where it is none */
export function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw notRestorable();
  }
}

export function notRestorable(): Problem {
  return new Problem(400, "The form does not say what to go back to.");
}

export function nothingChanged(to: string): Done {
  return { to, message: "Nothing was changed: all is as it was.", calls: [] };
}
