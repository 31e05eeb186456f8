import type { KeyState, StoredKey } from "../records/key-state.ts";
import { DEFAULT_LIMITS, fullMessage } from "../records/limits.ts";

/** What a rotation makes of a sandbox's keys: pure, so that a store can do each step atomically. */

/** The steps of a rotation that gives clients time to learn of the new key. */
export const PHASES = ["publish", "use", "retire"] as const;

export type Phase = (typeof PHASES)[number];

/** A key that was just made. */
export type FreshKey = Omit<StoredKey, "status">;

/** A step that the keys are not ready for; the message says which one is next. */
export class MisplacedStep extends Error {}

/**
 * @param most how many keys there may be
 * @throws MisplacedStep when another key waits already, or there are as many as may be
 */
export function publish(
  state: KeyState,
  fresh: FreshKey,
  most: number = DEFAULT_LIMITS.keys,
): KeyState {
  const [waiting] = withStatus(state, "published");
  if (waiting) {
    throw new MisplacedStep(
      `The key ${waiting.kid} is published and waits already. Let it sign with {"phase":"use"}, or ` +
        `DELETE keys/${waiting.kid} first.`,
    );
  }
  if (state.keys.length >= most)
    throw new MisplacedStep(fullMessage("keys", most, state.keys.length));
  return {
    keys: [
      ...withStatus(state, "current"),
      { ...fresh, status: "published" },
      ...withStatus(state, "retiring"),
    ],
  };
}

/**
 * The same with the published key signing; the one before it retires and stays in JWKS.
 *
 * @throws MisplacedStep when no key is published
 */
export function use(state: KeyState): KeyState {
  const [waiting] = withStatus(state, "published");
  if (!waiting) {
    throw new MisplacedStep(
      'No key is published that could sign from now on. Make one with {"phase":"publish"}, or ' +
        "leave phase out to rotate all at once.",
    );
  }
  return {
    keys: [
      { ...waiting, status: "current" },
      ...withStatus(state, "current").map((key) => ({ ...key, status: "retiring" as const })),
      ...withStatus(state, "retiring"),
    ],
  };
}

/**
 * The same with the key that waits signing in the place of that one, or a new one where none waits. The same where
 * another one signs already.
 *
 * @param most how many keys there may be
 * @throws MisplacedStep when there are as many as may be
 */
export function succeed(state: KeyState, former: string, fresh: FreshKey, most?: number): KeyState {
  if (withStatus(state, "current").every(({ kid }) => kid !== former)) return state;
  const isWaiting = withStatus(state, "published").length > 0;
  return use(isWaiting ? state : publish(state, fresh, most));
}

/**
 * The same without the retiring keys: tokens that they signed verify no more.
 *
 * @throws MisplacedStep when none is retiring
 */
export function retire(state: KeyState): KeyState {
  if (withStatus(state, "retiring").length === 0) {
    const waits = withStatus(state, "published").length > 0;
    throw new MisplacedStep(
      "No key is retiring that could leave JWKS. " +
        (waits
          ? 'Let the published key sign first, with {"phase":"use"}.'
          : 'A rotation begins with {"phase":"publish"}; leave phase out to rotate all at once.'),
    );
  }
  return { keys: state.keys.filter(({ status }) => status !== "retiring") };
}

/**
 * As it was when another key signed: that one does so again. The same where it signs already, or is not there any
 * more.
 *
 * @param isKept whether the key that signs now waits to be used, as it did before; else it goes
 */
export function takeBack(state: KeyState, before: string, isKept: boolean): KeyState {
  const retired = withStatus(state, "retiring");
  const former = retired.find(({ kid }) => kid === before);
  if (!former) return state;
  const waiting = isKept
    ? withStatus(state, "current").map((key) => ({ ...key, status: "published" as const }))
    : withStatus(state, "published");
  const others = retired.filter(({ kid }) => kid !== before);
  return { keys: [{ ...former, status: "current" }, ...waiting, ...others] };
}

/** It alone: it signs, and every other one is out of JWKS at once. */
export function replaceAll(fresh: FreshKey): KeyState {
  return { keys: [{ ...fresh, status: "current" }] };
}

/** The other keys; the same ones when none is called so. */
export function remove(state: KeyState, kid: string, fresh: FreshKey): KeyState {
  const others = state.keys.filter((key) => key.kid !== kid);
  return others.some(({ status }) => status === "current")
    ? { keys: others }
    : { keys: [{ ...fresh, status: "current" }, ...others] };
}

function withStatus({ keys }: KeyState, status: StoredKey["status"]): readonly StoredKey[] {
  return keys.filter((key) => key.status === status);
}
