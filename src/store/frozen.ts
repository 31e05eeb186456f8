import { takeTurns } from "../platform/timers.ts";

/** What a store keeps is a copy that nobody changes. */

/**
 * Copies on writing, so that reading, which is far more frequent, costs nothing. The copy is frozen:
 * then a record can be handed out again and again, and an attempt to change it fails at its place.
 * Two microseconds for a login, where JSON takes five. Like JSON it leaves undefined members out.
 * What is frozen, as every record is that the store has given, needs no copy.
 */
export function frozenCopy<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as Value;
  // Once a member is there, it can be set even under the name __proto__.
  const copy = { ...value } as Record<string, unknown>;
  for (const name of Object.keys(copy)) {
    const member = copy[name];
    if (member === undefined) delete copy[name];
    else if (typeof member === "object") copy[name] = frozenCopy(member);
  }
  return Object.freeze(copy) as Value;
}

/** Freezes what nobody else has yet, such as what JSON was made into. */
export function frozenThroughout<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) frozenThroughout(member);
  return Object.freeze(value);
}

/**
 * The same of an object that may have long lists, entry by entry, while others have their turn. Who keeps
 * it then has no copy left to make.
 */
export async function frozenCopyInTurns<Whole extends object>(whole: Whole): Promise<Whole> {
  const turn = takeTurns();
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(whole)) {
    if (!Array.isArray(member)) {
      copy[name] = member;
      continue;
    }
    const entries: unknown[] = [];
    for (const entry of member) {
      entries.push(frozenCopy(entry));
      await turn();
    }
    copy[name] = Object.freeze(entries);
  }
  return frozenCopy(copy as Whole);
}
