import Type from "typebox";

/** So many characters an address may have: each attempt repeats it in the log. */
export const LONGEST_ADDRESS = 2000;
/** What the schemas of configs and of the control API have in common. */

/** An object takes nothing else. */
export const closed = { additionalProperties: false };

export const WebAddress = Type.String({
  pattern: "^https?://[^\\s/?#]+[^\\s]*$",
  maxLength: LONGEST_ADDRESS,
  description: "An address on the web, from http:// or https:// on.",
});

/** A length of time: the same two forms wherever one can be given. */
export const LengthSchema = Type.Union([Type.Integer({ minimum: 0 }), Type.String()], {
  description: "Seconds, or a length as 168h, 1h30m, 7d, PT168H.",
});
