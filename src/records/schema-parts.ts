import type { TSchema } from "typebox";
import Type from "typebox";
import type { Brand } from "./brand.ts";
import type { EpochSeconds } from "./time.ts";
import { DAY } from "./time.ts";
import { LONGEST_ADDRESS } from "./vocabulary.ts";

/** What the schemas of records, of configs and of the control API have in common. */

/** A hundred years, in seconds: longer than anything here lives. */
const LONGEST_LIFE = 36_500 * DAY;

/** An object takes nothing else. */
export const closed = { additionalProperties: false };

/**
 * Something in it is seen: neither a space, nor a control character, nor one without a width. Written so
 * that it means the same to whoever reads patterns without the flag u.
 */
export const SEEN =
  "[^\\s\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2028-\\u202e" +
  "\\u2060-\\u206f\\u2800\\u3164\\ufeff\\uffa0]";

/** A text that people are shown: a name that nobody sees would be no name. */
export function Shown(longest: number, description?: string) {
  return Type.String({
    minLength: 1,
    maxLength: longest,
    pattern: SEEN,
    ...(description !== undefined && { description }),
  });
}

export const WebAddress = Type.String({
  pattern: "^https?://[^\\s/?#]+[^\\s]*$",
  maxLength: LONGEST_ADDRESS,
  description: "An address on the web, from http:// or https:// on.",
});

/**
 * A length of time: the same two forms wherever one can be given. What each place takes of them,
 * config/duration.ts says in one way for all.
 */
export function lengthSchema(description: string) {
  return Type.Union([Type.Number(), Type.String()], { description });
}

/** How to write one. */
export const LENGTH = "seconds, or a length as 10s, 1h30m, 7d, PT168H.";

export const LengthSchema = lengthSchema(`S${LENGTH.slice(1)}`);

export const Text = Type.String();
export const Texts = Type.Array(Text);
/** A whole number as JSON carries it exactly; 1e308 is whole, too, but nobody can count with it. */
export function Whole({
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
  ...rest
}: WholeOptions = {}) {
  return Type.Integer({ minimum, maximum, ...rest });
}

interface WholeOptions {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

export const Count = Whole();

/** How long something lives, in seconds. */
export function Lifetime(description: string) {
  return Whole({ minimum: 1, maximum: LONGEST_LIFE, description });
}

/** 9999-12-31T23:59:59Z: as long as ISO 8601 has four digits for a year. */
export const LAST_MOMENT = 253_402_300_799;

/** A moment as records have it. */
export const Moment = Type.Unsafe<EpochSeconds>(
  Whole({ maximum: LAST_MOMENT, description: "Seconds since 1970." }),
);

/** A text that the compiler tells apart from every other. */
export function Id<Type extends Brand<string, string>>() {
  return Type.Unsafe<Type>(Text);
}

export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** The same, not to be changed at any depth. */
export type ReadonlyDeep<T> = T extends string | number
  ? T
  : T extends readonly (infer Item)[]
    ? readonly ReadonlyDeep<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
      : T;
