import type { Static } from "typebox";
import Type from "typebox";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { Count, closed, Moment, Text } from "./schema-parts.ts";

/** How many logins succeeded, and how many of them with the national identity number. */
const LoginCountSchema = Type.Object({ logins: Count, withNin: Count }, closed);

/**
 * The logins that succeeded at some moments: for each its place in three lists. Every login rewrites
 * them, and lists of numbers are copied many times as fast as one of records.
 */
const RecentLoginsSchema = Type.Object(
  {
    /** The moments, each once. */
    at: Type.Array(Moment),
    logins: Type.Array(Count),
    withNin: Type.Array(Count),
  },
  closed,
);

/** The logins that succeeded at a sales unit on one day. */
export const LoginDaySchema = Type.Object(
  {
    /** Made of the msn and the date (store/collections.ts). */
    id: Text,
    msn: Text,
    /** The day in Oslo: `YYYY-MM-DD`. */
    date: Text,
    /** Those that the statistics have for good. */
    appeared: LoginCountSchema,
    /** Those that were too fresh for the statistics at the last login. */
    recent: RecentLoginsSchema,
  },
  closed,
);

/** Somebody who logged in at a sales unit on one day. */
export const LoginUserSchema = Type.Object(
  {
    /** Made of the msn, the date and the subject (store/collections.ts). */
    id: Text,
    msn: Text,
    date: Text,
    /** Not the user's id, which another user may have later. */
    subject: Text,
    /** The first login of the day; left out once the statistics have it for good. */
    firstAt: Type.Optional(Moment),
  },
  closed,
);

export type LoginCount = ReadonlyDeep<Static<typeof LoginCountSchema>>;
export type LoginDay = ReadonlyDeep<Static<typeof LoginDaySchema>>;
export type LoginUser = ReadonlyDeep<Static<typeof LoginUserSchema>>;
