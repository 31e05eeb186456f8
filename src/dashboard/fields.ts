import { Problem } from "../control/api/problem.ts";
import { comparing, printsOf } from "./changes.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import type { Visit } from "./page.ts";

/** The fields of a form: with what was typed, and beside each what the API has to say against it. */

/** A field, for the partial of that name. */
export interface FieldView {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** What is wrong with it and what to do; empty while nothing is. */
  readonly problem: string;
  /** A value that would do; empty where none is known. */
  readonly closest: string;
  /** The ids of what explains it; empty where nothing does. */
  readonly describedBy: string;
  /** How high it is where it takes several lines; 0 where it takes one. */
  readonly rows: number;
  readonly isCheckbox: boolean;
  readonly isChecked: boolean;
  readonly inputmode: string;
  /** The id of a list of proposals, and what stands there while it is empty; empty for none. */
  readonly list: string;
  readonly placeholder: string;
  /** What can be chosen; empty where it is typed. */
  readonly choices: readonly Choice[];
}

interface FieldOptions {
  readonly hint?: string;
  /** Where the API has it, if not under the field's name. */
  readonly path?: string;
  readonly inputmode?: "text" | "numeric" | "decimal" | "tel" | "email" | "url";
  readonly list?: string;
  readonly placeholder?: string;
}

/** What a form sent. Line breaks are as the API has them, and a value that was offered counts. */
export function given(form: URLSearchParams, name: string): string {
  return (form.get(`use:${name}`) ?? form.get(name) ?? "").replaceAll("\r\n", "\n");
}

/** Whether a box was ticked. */
export function isTicked(form: URLSearchParams, name: string): boolean {
  return form.has(name);
}

/** A field as it is now, whatever was typed into it. */
interface Kept {
  readonly name: string;
  readonly label: string;
  readonly path: string;
  readonly current: string;
  /** What is sent where it is ticked; undefined where it is no box. */
  readonly ticked: string | undefined;
}

/** A form twice, each time whole. */
interface Merged {
  /** As the record has it. */
  readonly was: URLSearchParams;
  /** The same with what was changed in the form, and nothing else. */
  readonly now: URLSearchParams;
}

/**
 * Makes the fields of one form, of which a page may have several. What somebody has typed is told from what
 * the form was shown with: its hidden field `shown` has a print of each value.
 */
export class Fields {
  readonly #visit: Pick<Visit, "form" | "problem">;
  readonly #action: string;
  readonly #wasShown: (name: string, value: unknown) => boolean;
  readonly #kept = new Map<string, Kept>();

  /** @param action the value of the form's field `action`, by which the page tells its forms apart */
  constructor(visit: Pick<Visit, "form" | "problem">, action: string) {
    this.#visit = visit;
    this.#action = action;
    this.#wasShown = comparing(visit.form.get("shown"));
  }

  /** Whether it was sent and not taken. */
  get isRefused(): boolean {
    const { form, problem } = this.#visit;
    return problem !== undefined && form.get("action") === this.#action;
  }

  /** For the form's field of that name, once all others are made. */
  get shown(): string {
    return printsOf([...this.#kept].map(([key, { current }]) => [key, current]));
  }

  /**
   * What was sent, where the fields have been made of the record as it is now.
   *
   * @throws Problem 409 where somebody else has changed meanwhile what was changed here
   */
  get merged(): Merged {
    const fields = [...this.#kept];
    const contested = fields.flatMap(([key, kept]) => {
      const { label, path, current: value } = kept;
      const typed = this.#typed(key, kept);
      if (typed === value || this.#wasShown(key, value)) return [];
      const message = `is ${quoted(value)} now, which somebody has set meanwhile; you typed ${quoted(typed)}`;
      return [{ label, part: { path, message, value: typed } }];
    });
    if (contested.length > 0) {
      throw new Problem(
        409,
        `Nothing was saved. ${contested.map(({ label, part }) => `“${label}” ${part.message}.`).join(" ")} ` +
          "Save once more to have what you typed.",
        contested.map(({ part }) => part),
      );
    }
    return {
      was: sentWith(fields.map(([, kept]) => [kept.name, kept.current, kept.ticked])),
      now: sentWith(fields.map(([key, kept]) => [kept.name, this.#typed(key, kept), kept.ticked])),
    };
  }

  /** What was typed into a field; what is in it now, where nobody has touched it. */
  #typed(key: string, { name, current, ticked }: Kept): string {
    const { form } = this.#visit;
    if (ticked === undefined && !form.has(name) && !form.has(`use:${name}`)) return current;
    const sent =
      ticked === undefined ? given(form, name) : form.getAll(name).includes(ticked) ? ticked : "";
    return form.has("shown") && this.#wasShown(key, sent) ? current : sent;
  }

  #keep(kept: Kept): string {
    const key = kept.ticked === undefined ? kept.name : `${kept.name}=${kept.ticked}`;
    this.#kept.set(key, kept);
    return this.isRefused ? this.#typed(key, kept) : kept.current;
  }

  /** What is wrong with a member. */
  problemsAt(path: string): string {
    if (!this.isRefused) return "";
    const found = (this.#visit.problem?.errors ?? []).filter((error) => isIn(error.path, path));
    return [...new Set(found.map(({ message }) => capital(message)))].join(" ");
  }

  text(name: string, label: string, value: string, options: FieldOptions = {}): FieldView {
    const { path = name } = options;
    const kept = { name, label, path, current: value, ticked: undefined };
    return { ...this.#field(name, label, options), value: this.#keep(kept) };
  }

  #field(name: string, label: string, options: FieldOptions): FieldView {
    const { hint = "", path = name, inputmode = "text", list = "", placeholder = "" } = options;
    const id = `${this.#action}-${name}`.replaceAll(/[^\w-]+/g, "-");
    const problem = this.problemsAt(path);
    const errors = this.isRefused ? (this.#visit.problem?.errors ?? []) : [];
    const closest = errors.find((error) => error.path === path)?.closest ?? "";
    const described = [hint && `${id}-hint`, problem && `${id}-problem`];
    return {
      ...{ id, name, label, hint, problem, closest, inputmode, list, placeholder },
      value: "",
      describedBy: described.filter(Boolean).join(" "),
      ...{ rows: 0, isCheckbox: false, isChecked: false, choices: [] },
    };
  }

  area(
    name: string,
    label: string,
    value: string,
    { rows, ...options }: FieldOptions & { readonly rows: number },
  ): FieldView {
    return { ...this.text(name, label, value, options), rows };
  }

  choice(
    name: string,
    label: string,
    value: string,
    values: Parameters<typeof choices>[0],
    options: FieldOptions = {},
  ): FieldView {
    const field = this.text(name, label, value, options);
    return { ...field, choices: choices(values, field.value) };
  }

  box(name: string, label: string, isChecked: boolean): FieldView {
    return this.#box(name, TICKED, label, isChecked);
  }

  /** One of several boxes of a name. */
  boxOf(name: string, value: string, label: string, isChecked: boolean): FieldView {
    const field = this.#box(name, value, label, isChecked);
    return { ...field, id: `${field.id}-${value}` };
  }

  #box(name: string, ticked: string, label: string, isChecked: boolean): FieldView {
    const current = isChecked ? ticked : "";
    const typed = this.#keep({ name, label, path: name, current, ticked });
    const field = this.#field(name, label, {});
    return {
      ...{ ...field, problem: "", describedBy: "", value: ticked },
      ...{ isCheckbox: true, isChecked: typed !== "" },
    };
  }
}

/** What a box sends that stands alone. */
const TICKED = "yes";

/** A form with these fields, as a browser sends it. */
function sentWith(
  fields: readonly (readonly [name: string, value: string, ticked: string | undefined])[],
): URLSearchParams {
  const sent = fields.filter(([, value, ticked]) => ticked === undefined || value !== "");
  return new URLSearchParams(sent.map(([name, value]): [string, string] => [name, value]));
}

function quoted(value: string): string {
  return value === "" ? "empty" : `“${short(value)}”`;
}

function isIn(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}[`) || path.startsWith(`${whole}.`);
}

function capital(text: string): string {
  const end = /\."?$/.test(text) ? "" : ".";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}

/** A name for a sentence, where it may be very long. */
export function short(name: string): string {
  const letters = [...name];
  return letters.length > 60 ? `${letters.slice(0, 59).join("")}…` : name;
}
