import type { Static } from "typebox";
import Type from "typebox";
import { END_OF_TIME, findMomentProblems } from "../../config/semantics.ts";
import { catchUp } from "../../login/phone-login.ts";
import { fromIso, toIso } from "../../platform/calendar.ts";
import type { ClockReading } from "../../platform/capabilities.ts";
import { defined } from "../../records/defined.ts";
import { closed, LengthSchema } from "../../records/schema-parts.ts";
import type { EpochSeconds, Seconds } from "../../records/time.ts";
import { after } from "../../records/time.ts";
import type { Exchange } from "../../request/exchange.ts";
import { readLength } from "../api/lengths.ts";
import { operation } from "../api/operation.ts";
import { badRequest } from "../api/problem.ts";
import { MomentSchema } from "../api/records.ts";
import type { Ending } from "./clock-endings.ts";
import { findEndings, forgetEnded } from "./clock-endings.ts";

/** `clock`: what time it is in the sandbox. */

const reading = {
  now: MomentSchema,
  frozen: Type.Boolean({ description: "Whether it stands still." }),
  offset: Type.Integer({ description: "Seconds ahead of the real time; negative when behind." }),
};

export const ExpiredSchema = Type.Object(
  {
    kind: Type.Enum([
      "login",
      "phone-login",
      "code",
      "access-token",
      "platform-token",
      "session",
      "fault",
    ]),
    id: Type.String({
      description:
        "The login's challenge, the code, the token, the id of the session or the fault.",
    }),
    user: Type.Optional(Type.String({ description: "The user's id, when it is known." })),
    clientId: Type.Optional(Type.String({ description: "Left out by a fault of every client." })),
    at: MomentSchema,
  },
  { ...closed, title: "Expired" },
);

export const MovedSchema = Type.Object(
  { ...reading, expired: Type.Array(ExpiredSchema, { description: "What this step expired." }) },
  { ...closed, title: "ClockMoved" },
);

export const ClockPatchSchema = Type.Partial(
  Type.Object({
    freeze: Type.Boolean({ description: "true stops it, false lets it run on." }),
    at: Type.String({ description: "The moment to go to, ISO 8601 with a zone." }),
    advance: LengthSchema,
  }),
  { ...closed, title: "ClockPatch" },
);

export const clockOperations = [
  operation({
    method: "GET",
    path: "/clock",
    summary: "What time it is.",
    status: 200,
    response: Type.Object(reading, { ...closed, title: "Clock" }),
    run: async ({ exchange }) => ({ body: toJson(await exchange.sandbox.clock.read()) }),
  }),
  operation({
    method: "PATCH",
    path: "/clock",
    summary: "Moves the clock, stops it or lets it run; returns what that expired.",
    body: ClockPatchSchema,
    status: 200,
    response: MovedSchema,
    run: async ({ body, exchange }) => ({ body: await changeClock(body, exchange) }),
  }),
  operation({
    method: "DELETE",
    path: "/clock",
    operationId: "resetClock",
    summary: "Sets the clock back to the real time; returns what that expired.",
    status: 200,
    response: MovedSchema,
    run: async ({ exchange }) => ({ body: await resetClock(exchange) }),
  }),
];

/** Who moves the clock, and the time by it before. */
type Mover = Pick<Exchange, "sandbox" | "now" | "trace">;

/** @throws Problem 400 when the patch says nothing, or leads nowhere */
export async function changeClock(patch: Static<typeof ClockPatchSchema>, mover: Mover) {
  const { clock } = mover.sandbox;
  const step = stepOf(patch, mover.now);
  return move(mover, step.target, async () => {
    if (patch.freeze === false) await clock.resume();
    if (step.at !== undefined) await clock.set(step.at);
    if (step.advance !== undefined) await clock.advance(step.advance);
    if (patch.freeze) await clock.freeze();
  });
}

/** Sets it back to the real time. */
export async function resetClock(mover: Mover) {
  const { clock } = mover.sandbox;
  const { now, offset } = await clock.read();
  return move(mover, after(now, -offset), () => clock.reset());
}

/** Where a PATCH leads. */
interface Step {
  readonly at?: EpochSeconds;
  readonly advance?: Seconds;
  readonly target: EpochSeconds;
}

const GO_BACK = 'the clock only advances; to go back, set "at" to an earlier moment';

function stepOf({ freeze, at, advance }: Static<typeof ClockPatchSchema>, now: EpochSeconds): Step {
  if (freeze === undefined && at === undefined && advance === undefined) {
    throw refusal("", "says nothing: name freeze, at or advance");
  }
  if (at !== undefined && advance !== undefined) {
    throw refusal("advance", "cannot go together with at; choose one", advance);
  }
  if (at !== undefined) {
    const moment = fromIso(at);
    const mistakes = findMomentProblems(at, "at");
    if (moment === undefined || mistakes.length > 0) throw badRequest(mistakes);
    return { at: moment, target: moment };
  }
  if (advance === undefined) return { target: now };
  const seconds = readLength(advance, "advance", { whole: true, ifNegative: GO_BACK });
  const target = after(now, seconds);
  if (target >= END_OF_TIME) {
    throw refusal("advance", `${advance} leads beyond 2049; go less far`, advance);
  }
  return { advance: seconds, target };
}

function refusal(path: string, message: string, value?: unknown): Error {
  return badRequest([{ path, message, ...defined({ value }) }]);
}

/**
 * What is past stays past: before the clock goes back, it is forgotten. Users who take their time
 * answer on the way; who was due before has answered already (dispatch.ts).
 */
async function move(
  mover: Mover,
  target: EpochSeconds,
  turn: () => Promise<void>,
): Promise<Static<typeof MovedSchema>> {
  const { sandbox, now: from } = mover;
  if (target < from) await forgetEnded(sandbox, from);
  await turn();
  const reached = await sandbox.clock.read();
  const isLater = from < reached.now;
  if (isLater) await catchUp({ ...mover, now: reached.now });
  sandbox.wakeCourier();
  const expired = isLater ? await findEndings(sandbox, { after: from, upTo: reached.now }) : [];
  return { ...toJson(reached), expired: expired.map(endingToJson) };
}

function toJson({ now, frozen, offset }: ClockReading) {
  return { now: toIso(now), frozen, offset };
}

function endingToJson({ at, ...ending }: Ending) {
  return { ...ending, at: toIso(at) };
}
