import { readFileSync } from "node:fs";
import type { Instruction } from "dockerfile-ast";
import { DockerfileParser, ModifiableInstruction, PropertyInstruction } from "dockerfile-ast";
import type { Variables } from "./interpolate.ts";
import { interpolate } from "./interpolate.ts";

/** A Dockerfile as a list of what is to be done. */

/** One instruction, with its variables put in. */
export interface Step {
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  /** What stands behind it, on one line and without flags. */
  readonly text: string;
  /** Of `ENV`, `LABEL` and the like; undefined for an `ARG` without a default. */
  readonly properties: Readonly<Record<string, string | undefined>>;
}

/** What begins with a FROM. */
export interface Stage {
  readonly name: string | undefined;
  readonly base: string;
  readonly steps: readonly Step[];
}

/** @param args as with `--build-arg` */
export function readDockerfile(path: string, args: Variables = {}): readonly Stage[] {
  const stages: { name: string | undefined; base: string; steps: Step[] }[] = [];
  /** Those before the first FROM hold for the bases alone. */
  const global: Record<string, string | undefined> = {};
  let known: Record<string, string | undefined> = {};
  for (const instruction of DockerfileParser.parse(readFileSync(path, "utf8")).getInstructions()) {
    const step = stepOf(instruction, stages.length === 0 ? global : known);
    const stage = stages.at(-1);
    if (step.keyword === "FROM") {
      const [base = "", , name] = interpolate(step.text, global).split(/\s+/);
      stages.push({ name, base, steps: [] });
      known = {};
    } else if (step.keyword === "ARG") {
      const given = Object.keys(step.properties).map((name) => [name, args[name]] as const);
      const told = given.filter(([, value]) => value !== undefined);
      Object.assign(stage ? known : global, step.properties, Object.fromEntries(told));
    } else stage?.steps.push(step);
  }
  return stages;
}

function stepOf(instruction: Instruction, known: Variables): Step {
  const keyword = instruction.getKeyword();
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const properties = instruction instanceof PropertyInstruction ? instruction.getProperties() : [];
  return {
    keyword,
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ""])),
    text: instruction.getArgumentsContent() ?? "",
    properties: Object.fromEntries(
      properties.map((property) => [property.getName(), valueIn(property, known)]),
    ),
  };
}

function valueIn(
  property: ReturnType<PropertyInstruction["getProperties"]>[number],
  known: Variables,
): string | undefined {
  const value = property.getValue();
  return value === null ? undefined : interpolate(value.replace(/^"(.*)"$/s, "$1"), known);
}
