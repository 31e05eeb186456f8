import { expect, it } from "vitest";
import { withUnknownMembers } from "../../src/faults/unknown-members.ts";

const UNKNOWN = { "of another version": [null, 1, "æøå"] };

it.each([
  ["{}", { x_added_by_a_fault: UNKNOWN }],
  [' {"a":[1,"b"]}', { a: [1, "b"], x_added_by_a_fault: UNKNOWN }],
  [
    '{"keys":[{"kty":"RSA"},[],null]}',
    {
      keys: [{ kty: "RSA", x_added_by_a_fault: UNKNOWN }, [], null],
      x_added_by_a_fault: UNKNOWN,
    },
  ],
])(
  "a document in JSON gets a member that nobody knows, and so do the objects in its lists: %s",
  (text, expected) => {
    expect(JSON.parse(withUnknownMembers(text))).toEqual(expected);
  },
);

it.each(["", "<p>", "[]", "text"])("no other text is changed: %j", (text) => {
  expect(withUnknownMembers(text)).toBe(text);
});
