import type { ClockReading, ClockStep, Expired } from "../control/types.ts";
import { fromIso, toIso } from "../platform/calendar.ts";
import { after } from "../records/time.ts";
import type { ApiCall } from "./api.ts";
import { counted, filled, labPage } from "./lab-common.ts";
import type { Done, Page } from "./page.ts";
import { placeIn } from "./place.ts";

/** The clock: steps of it, and what each expires. */

interface ClockView {
  readonly now: string;
  readonly isFrozen: boolean;
  readonly isMoved: boolean;
  /** How far it is from the real time, in words; empty where it is not. */
  readonly offset: string;
  readonly steps: readonly { readonly value: string; readonly label: string }[];
  /** The moment in the field, as it was typed or as it is now. */
  readonly at: string;
}

/** Steps that are wanted often; a length as the API takes it. */
const STEPS = [
  { value: "10m", label: "+10 min" },
  { value: "1d", label: "+1 day" },
  { value: "168h", label: "+168 h" },
] as const;

export const labClockPage: Page = {
  async show(visit) {
    const { now, frozen, offset } = await visit.api.get<ClockReading>(["clock"]);
    const model: ClockView = {
      now,
      isFrozen: frozen,
      isMoved: frozen || offset !== 0,
      offset: offset === 0 ? "" : distance(offset),
      steps: STEPS,
      at: visit.form.get("at") ?? now.slice(0, -1),
    };
    return labPage("lab/clock", "What time is it in the sandbox?", model, visit);
  },

  async act({ api, form }): Promise<Done> {
    const before = await api.get<ClockReading>(["clock"]);
    const calls = callsFor(form, before);
    let expired: readonly Expired[] = [];
    let reached: ClockReading = before;
    for (const call of calls) {
      const step = await api.send<ClockStep>(call);
      expired = [...expired, ...step.expired];
      reached = step;
    }
    const to = placeIn(form.get("from")) ?? "lab/clock";
    const said = [sentence(reached), whatExpired(expired)];
    const isBack = fromIso(reached.now) ?? 0;
    if (isBack < (fromIso(before.now) ?? 0)) said.push("What had expired stays so.");
    return {
      to,
      message: said.join(" "),
      calls,
      undo: {
        action: "lab/clock",
        fields: {
          action: "restore",
          offset: String(before.offset),
          ...(before.frozen && { frozenAt: before.now }),
          ...(form.has("from") && { from: form.get("from") ?? "" }),
        },
      },
    };
  },
};

/** The calls that do what a button of the form says. */
function callsFor(form: URLSearchParams, clock: ClockReading): readonly ApiCall[] {
  const patch = (body: object): ApiCall => ({ method: "PATCH", path: "/clock", body });
  const reset: ApiCall = { method: "DELETE", path: "/clock" };
  const advance = filled(form, "advance");
  if (advance !== undefined) return [patch({ advance })];
  switch (form.get("action")) {
    case "reset":
      return [reset];
    case "freeze":
      return [patch({ freeze: true })];
    case "run":
      return [patch({ freeze: false })];
    case "restore": {
      const frozenAt = filled(form, "frozenAt");
      if (frozenAt !== undefined) return [patch({ at: frozenAt, freeze: true })];
      const offset = Number(form.get("offset"));
      const now = fromIso(clock.now);
      if (offset === 0 || !Number.isSafeInteger(offset) || now === undefined) return [reset];
      return [patch({ at: toIso(after(now, offset - clock.offset)), freeze: false })];
    }
    default:
      return [patch({ at: momentOf(form.get("at") ?? "") })];
  }
}

/** A field for a date and a time has no zone, and its seconds only where they are not zero. */
function momentOf(text: string): string {
  const [, minutes, seconds] =
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?$/.exec(text) ?? [];
  return minutes === undefined ? text : `${minutes}${seconds ?? ":00"}Z`;
}

function sentence({ now, frozen, offset }: ClockReading): string {
  if (frozen) return `The clock stands still at ${now}.`;
  return offset === 0 ? "The clock shows the real time." : `The clock runs on from ${now}.`;
}

/** What each kind of ending is called. */
const KINDS: Readonly<Record<Expired["kind"], string>> = {
  login: "login",
  "phone-login": "login from phone number",
  code: "code",
  "access-token": "access token",
  "platform-token": "platform token",
  session: "session",
  fault: "fault",
};

/** So many users are named of each kind. */
const MOST_NAMED = 5;

function whatExpired(expired: readonly Expired[]): string {
  if (expired.length === 0) return "Nothing expired.";
  const parts = Object.entries(KINDS).flatMap(([kind, what]) => {
    const those = expired.filter((each) => each.kind === kind);
    if (those.length === 0) return [];
    const users = [...new Set(those.flatMap(({ user }) => user ?? []))];
    const named = users.slice(0, MOST_NAMED).join(", ");
    const more = users.length > MOST_NAMED ? ", …" : "";
    // "login from phone number" has its plural inside.
    const count = counted(those.length, what).replace(/^(\d+ login) (.*)s$/, "$1s $2");
    return [`${count}${users.length === 0 ? "" : ` (${named}${more})`}`];
  });
  return `Expired: ${parts.join(", ")}.`;
}

/** `2 d 3 h ahead of the real time`. */
function distance(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return `${parts.slice(0, 2).join(" ")} ${seconds > 0 ? "ahead of" : "behind"} the real time`;
}
