import type { SandboxId } from "../records/ids.ts";
import type { DoneMessage } from "./frame.ts";

/**
 * What an action did goes to the page behind it in a cookie, so that any server can show it and a reload
 * shows it no more.
 */

/** Browsers take no cookies that are much longer. */
const LONGEST = 3500;

/** One a sandbox: what was done in one is for no page of another. */
export function flashCookie(id: SandboxId): string {
  return `vipps-login-mock-done-${id}`;
}

/** The value of the cookie. What does not fit loses its commands. */
export function packed(done: DoneMessage): string {
  const short = { ...done, commands: [], isMasked: false };
  const fitting = [done, short].map(encode).find(({ length }) => length <= LONGEST);
  return fitting ?? encode({ ...short, message: `${done.message.slice(0, 500)}…` });
}

/** What a cookie says; null where it says nothing that can be read. */
export function unpacked(value: string | undefined): DoneMessage | null {
  if (value === undefined || value === "") return null;
  try {
    const read: unknown = JSON.parse(Buffer.from(value, "base64url").toString());
    return isDoneMessage(read) ? read : null;
  } catch {
    return null;
  }
}

function encode(done: DoneMessage): string {
  return Buffer.from(JSON.stringify(done)).toString("base64url");
}

function isDoneMessage(value: unknown): value is DoneMessage {
  const { message, commands, isMasked, undo } = (value ?? {}) as Partial<DoneMessage>;
  return (
    typeof message === "string" &&
    Array.isArray(commands) &&
    typeof isMasked === "boolean" &&
    (undo === null || typeof undo?.id === "string")
  );
}
