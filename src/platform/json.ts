/** JSON that is too long to be written at once. */

/** A value that has been written already, to stand in another one as it is. */
export class WrittenJson {
  readonly text: string;

  /** @param value what `JSON.stringify` takes */
  constructor(value: unknown) {
    this.text = JSON.stringify(value);
  }
}

/** How many characters a piece has at least, the last one but for: less than a millisecond's work. */
const PIECE = 64 * 1024;

/**
 * The text that `JSON.stringify` gives for an object, in pieces; a small object is one. What the lists
 * in it have is written entry by entry, all else at once.
 */
export function* jsonPieces(object: object): Generator<string, void> {
  let text = "{";
  let comma = "";
  for (const [name, member] of Object.entries(object)) {
    const written = Array.isArray(member) ? "" : JSON.stringify(member);
    if (written === undefined) continue;
    text += `${comma}${JSON.stringify(name)}:${written}`;
    comma = ",";
    if (!Array.isArray(member)) continue;
    text += "[";
    for (const [index, entry] of member.entries()) {
      text += `${index === 0 ? "" : ","}${textOf(entry)}`;
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
    text += "]";
  }
  yield `${text}}`;
}

function textOf(entry: unknown): string {
  return entry instanceof WrittenJson ? entry.text : (JSON.stringify(entry) ?? "null");
}
