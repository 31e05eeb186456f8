/** The values of variables, by their names. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Of `${NAME:-a default}` and `${NAME:+a replacement}` the word can have a variable in it. */
const VARIABLE = /\$\$|\$(\w+)|\$\{(\w+)(?:(:-|:\+)((?:[^{}]|\{[^{}]*\})*))?\}/g;

/** Puts values in place of variables, as Docker does in a Dockerfile and Compose in its file. */
export function interpolate(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (found, plain, braced, operator, word = "") => {
    if (found === "$$") return "$";
    const value = variables[plain ?? braced] ?? "";
    if (operator === ":-") return value === "" ? interpolate(word, variables) : value;
    if (operator === ":+") return value === "" ? "" : interpolate(word, variables);
    return value;
  });
}
