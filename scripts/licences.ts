import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The licences of the packages whose code is in the bundle, as they ask to be told. */

interface Package {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

/**
 * @param modules the files that are in the bundle
 * @returns one text with every licence
 */
export function licencesOf(modules: Iterable<string>): string {
  const folders = new Set([...modules].flatMap((id) => PACKAGE.exec(id)?.[0] ?? []));
  const packages = [...folders]
    .map(packageIn)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return [
    "vipps-login-mock contains code of the packages below. It is used under their licences. It was changed:",
    "comments were taken out, and the files put together. Where a licence is named and not there as a whole, it",
    "stands with another package of the same licence.\n",
    ...packages.map(
      (each) =>
        `${"=".repeat(80)}\n${each.name} ${each.version} (${each.license})\n\n${licenceText(each)}\n`,
    ),
  ].join("\n");
}

/** Licences that ask for no more than to be told, and one that asks to tell of changes and of a NOTICE as well. */
const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
];

/** Up to the name of the innermost package. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

function packageIn(folder: string): Package {
  const found = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!PERMISSIVE.includes(found.license)) {
    throw new Error(`${found.name} has the licence ${found.license}: may its code be passed on?`);
  }
  if (readdirSync(folder).some((file) => /^notice/i.test(file))) {
    throw new Error(`${found.name} has a NOTICE, which has to be passed on`);
  }
  return { ...found, folder };
}

function licenceText({ folder, license, author }: Package): string {
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file !== undefined) return readFileSync(join(folder, file), "utf8").trim();
  const by = typeof author === "object" ? author.name : author;
  return `It comes without the text of its licence. Its package.json says ${license}, by ${by}.`;
}
