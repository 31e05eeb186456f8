/**
 * Characters that are not seen themselves, and end a line, steer a terminal, or change how others are
 * read: control characters, those without a width, those that turn the direction of writing.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What was sent may stand in a line; each such character is an escape there, as JSON has them. */
export function printable(text: string): string {
  return text.replace(UNSEEN, escapeOf);
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.replace(UNSEEN, (char) => (char === "\n" ? char : escapeOf(char)));
}

function escapeOf(char: string): string {
  if (char < " ") return JSON.stringify(char).slice(1, -1);
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
