import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Checker, Symbol as Named, Type } from "typescript/unstable/sync";
import { API, SymbolFlags, TypeFlags } from "typescript/unstable/sync";

/**
 * Writes types out in full that are made from others: `Static<typeof UserSchema>` as an interface
 * with every member. Who uses the library then needs no TypeBox, and sees the members.
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** More spaces than any of them is indented by: a type that refers to itself has no end. */
const DEEPEST = 40;

/**
 * @param module whose exported types are written out, below the project's directory
 * @param target the declaration file that gets them
 */
export function writePublicTypes(module: string, target: string): void {
  const api = new API({ cwd: ROOT });
  try {
    const config = `${ROOT}tsconfig.build.json`;
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (!project) throw new Error(`${config} cannot be read`);
    const { program, checker } = project;
    const file = program.getSourceFile(`${ROOT}${module}`);
    const symbol = file && checker.getSymbolAtLocation(file);
    if (!symbol) throw new Error(`${module} is no module of the project`);
    const types = checker.getExportsOfModule(symbol).map((named) => declaration(checker, named));
    writeFileSync(target, `${types.join("\n")}\nexport {};\n`);
  } finally {
    api.close();
  }
}

function declaration(checker: Checker, named: Named): string {
  const symbol = named.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
  const text = new Writer(checker).write(checker.getDeclaredTypeOfSymbol(symbol), "");
  const comment = commentOf(checker, symbol, "");
  return text.startsWith("{")
    ? `${comment}export interface ${named.name} ${text}`
    : `${comment}export type ${named.name} = ${text};`;
}

function commentOf(checker: Checker, symbol: Named, indent: string): string {
  const lines = checker.getDocumentationCommentOfSymbol(symbol).trim().split("\n");
  if (lines.length > 1)
    return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
  return lines[0] === "" ? "" : `${indent}/** ${lines[0]} */\n`;
}

class Writer {
  readonly #checker: Checker;

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  write(type: Type, indent: string): string {
    if (indent.length > DEEPEST) throw new Error("a public type refers to itself");
    if (type.isUnionType()) return this.#union(type.getTypes(), indent);
    if (type.isIntersectionType()) return this.#withoutBrand(type.getTypes(), indent);
    if (type.flags & TypeFlags.Object) return this.#object(type, indent);
    return this.#checker.typeToString(type);
  }

  #union(members: readonly Type[], indent: string): string {
    const texts = members.map((member) => this.write(member, indent));
    const isBoolean = texts.includes("true") && texts.includes("false");
    const others = texts.filter((text) => !(isBoolean && /^(true|false)$/.test(text)));
    const last = (text: string) => (text === "null" ? 1 : 0);
    return [...others, ...(isBoolean ? ["boolean"] : [])]
      .sort((one, other) => last(one) - last(other))
      .join(" | ");
  }

  /** Outside, an id is the text that it is. */
  #withoutBrand(members: readonly Type[], indent: string): string {
    const base = members.find(({ flags }) => flags & (TypeFlags.String | TypeFlags.Number));
    if (!base) throw new Error("a public type is an intersection that nobody has foreseen");
    return this.write(base, indent);
  }

  #object(type: Type, indent: string): string {
    if (this.#checker.isArrayType(type) && type.isTypeReference()) {
      const [item] = this.#checker.getTypeArguments(type);
      const text = item ? this.write(item, indent) : "unknown";
      return item?.isUnionType() ? `readonly (${text})[]` : `readonly ${text}[]`;
    }
    const inner = `${indent}  `;
    const members = this.#checker
      .getPropertiesOfType(type)
      .map(
        (member) =>
          `${commentOf(this.#checker, member, inner)}${inner}readonly ${this.#member(member, inner)};\n`,
      );
    const indexes = this.#checker.getIndexInfosOfType(type).map(({ keyType, valueType }) => {
      const key = this.#checker.typeToString(keyType);
      return `${inner}readonly [key: ${key}]: ${this.write(valueType, inner)};\n`;
    });
    return `{\n${[...members, ...indexes].join("")}${indent}}`;
  }

  #member(member: Named, indent: string): string {
    const type = this.#checker.getTypeOfSymbol(member);
    if (!type) throw new Error(`a member of a public type has no type: ${member.name}`);
    const name = /^[A-Za-z_$][\w$]*$/.test(member.name) ? member.name : JSON.stringify(member.name);
    if (!(member.flags & SymbolFlags.Optional)) return `${name}: ${this.write(type, indent)}`;
    // To the compiler, what may be left out has undefined among its types.
    const types = type.isUnionType() ? type.getTypes() : [type];
    const given = types.filter(({ flags }) => !(flags & TypeFlags.Undefined));
    return `${name}?: ${this.#union(given, indent)}`;
  }
}
