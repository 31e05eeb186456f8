import { defined } from "../records/defined.ts";
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
  /** What can be chosen; empty where it is typed. */
  readonly choices: readonly Choice[];
}

interface FieldOptions {
  readonly hint?: string;
  /** Where the API has it, if not under the field's name. */
  readonly path?: string;
  readonly inputmode?: "text" | "numeric" | "tel" | "email" | "url";
}

/** What a form sent. Line breaks are as the API has them, and a value that was offered counts. */
export function given(form: URLSearchParams, name: string): string {
  return (form.get(`use:${name}`) ?? form.get(name) ?? "").replaceAll("\r\n", "\n");
}

/** Whether a box was ticked. */
export function isTicked(form: URLSearchParams, name: string): boolean {
  return form.has(name);
}

/** Makes the fields of one form, of which a page may have several. */
export class Fields {
  readonly #visit: Pick<Visit, "form" | "problem">;
  readonly #action: string;

  /** @param action the value of the form's field `action`, by which the page tells its forms apart */
  constructor(visit: Pick<Visit, "form" | "problem">, action: string) {
    this.#visit = visit;
    this.#action = action;
  }

  /** Whether it was sent and not taken. */
  get isRefused(): boolean {
    const { form, problem } = this.#visit;
    return problem !== undefined && form.get("action") === this.#action;
  }

  /** What is wrong with a member. */
  problemsAt(path: string): string {
    if (!this.isRefused) return "";
    const found = (this.#visit.problem?.errors ?? []).filter((error) => isIn(error.path, path));
    return [...new Set(found.map(({ message }) => capital(message)))].join(" ");
  }

  text(name: string, label: string, value: string, options: FieldOptions = {}): FieldView {
    const { hint = "", path = name, inputmode = "text" } = options;
    const id = `${this.#action}-${name}`.replaceAll(/[^\w-]+/g, "-");
    const problem = this.problemsAt(path);
    const errors = this.isRefused ? (this.#visit.problem?.errors ?? []) : [];
    const closest = errors.find((error) => error.path === path)?.closest ?? "";
    const described = [hint && `${id}-hint`, problem && `${id}-problem`];
    return {
      ...{ id, name, label, hint, problem, closest, inputmode },
      value: this.isRefused ? given(this.#visit.form, name) : value,
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
    values: readonly (readonly [value: string, label: string])[],
    options: FieldOptions = {},
  ): FieldView {
    const field = this.text(name, label, value, options);
    return {
      ...field,
      choices: choices(values, field.value),
    };
  }

  box(name: string, label: string, isChecked: boolean, options: FieldOptions = {}): FieldView {
    return {
      ...this.text(name, label, "yes", options),
      value: "yes",
      isCheckbox: true,
      isChecked: this.isRefused ? isTicked(this.#visit.form, name) : isChecked,
    };
  }

  /** One of several boxes of a name. */
  boxOf(name: string, value: string, label: string, isChecked: boolean): FieldView {
    const field = this.text(name, label, value);
    return {
      ...{ ...field, id: `${field.id}-${value}`, value, problem: "", describedBy: "" },
      isCheckbox: true,
      isChecked: this.isRefused ? this.#visit.form.getAll(name).includes(value) : isChecked,
    };
  }
}

function isIn(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}[`) || path.startsWith(`${whole}.`);
}

function capital(text: string): string {
  const end = /\."?$/.test(text) ? "" : ".";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}

/** Of the new values those that are others than the ones that are there. */
export function changesIn<Whole extends object>(
  current: Whole,
  next: Partial<Whole>,
): Partial<Whole> {
  const changed = Object.entries(next).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(current[name as keyof Whole]),
  );
  return defined(Object.fromEntries(changed)) as Partial<Whole>;
}

/** The same members as they are now, to go back to. */
export function currentOf<Whole extends object>(
  current: Whole,
  changes: Partial<Whole>,
): Partial<Whole> {
  const names = Object.keys(changes) as (keyof Whole)[];
  return Object.fromEntries(names.map((name) => [name, current[name]])) as Partial<Whole>;
}

/** A name for a sentence, where it may be very long. */
export function short(name: string): string {
  const letters = [...name];
  return letters.length > 60 ? `${letters.slice(0, 59).join("")}…` : name;
}
