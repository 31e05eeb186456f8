import { lengthOf } from "../config/duration.ts";
import type { Fault, FaultInput, FaultMatch } from "../records/fault.ts";
import type { FaultId } from "../records/ids.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Sandbox } from "./sandbox.ts";

/** From what a config or a request says of a fault to its record, and back. */

export async function addFault(
  { store, ids }: Pick<Sandbox, "store" | "ids">,
  input: FaultInput,
  users: readonly User[],
  now: EpochSeconds,
): Promise<Fault> {
  const id = ids.id() as FaultId;
  const fault = { id, ...contentOf(input, users, now), seen: 0, hits: 0 };
  await store.faults.insert(fault);
  return fault;
}

/** All of its record but the id and the counters. */
export function contentOf(
  input: FaultInput,
  users: readonly User[],
  now: EpochSeconds,
): Omit<Fault, "id" | "seen" | "hits"> {
  const { times, seed, ttl, delay = 0, then: answer, corrupt } = input;
  return {
    match: resolved(input.match, users),
    after: input.after ?? 0,
    probability: input.probability ?? 1,
    delay: lengthOf(delay) ?? 0,
    ...(times !== undefined && { times }),
    ...(seed !== undefined && { seed }),
    ...(ttl !== undefined && { expiresAt: after(now, lengthOf(ttl) ?? 0) }),
    ...(answer !== undefined && { answer }),
    ...(corrupt !== undefined && { corrupt }),
  };
}

/**
 * The fault as somebody would write it who wants it so; without its end, because a ttl would count
 * from now.
 */
export function inputOf(fault: Fault): FaultInput {
  const { match, times, after, probability, seed, delay, answer, corrupt } = fault;
  return {
    match,
    after,
    probability,
    delay,
    ...(times !== undefined && { times }),
    ...(seed !== undefined && { seed }),
    // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
    ...(answer !== undefined && { then: answer }),
    ...(corrupt !== undefined && { corrupt }),
  };
}

/** A user may be named by the MSISDN; the id stays when the number changes. */
function resolved(
  { user: name, ...match }: FaultInput["match"],
  users: readonly User[],
): FaultMatch {
  if (name === undefined) return match;
  const found = users.find(({ phoneNumber }) => phoneNumber === name);
  return { ...match, user: found?.id ?? name };
}
