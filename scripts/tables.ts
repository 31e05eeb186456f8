import { readFile } from "node:fs/promises";
import { usage } from "../src/cli/arguments.ts";
import { resolveBirthDate } from "../src/config/nin.ts";
import type { CalendarDate } from "../src/platform/calendar.ts";
import { defined } from "../src/records/defined.ts";
import type { PartnerInput } from "../src/records/partner.ts";
import type { SalesUnitInput } from "../src/records/sales-unit.ts";
import type { UserInput } from "../src/records/user.ts";
import { traitsOfUser } from "../src/sandbox/users.ts";

/** What pages show of the fixtures and of the command line. */

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** The table of the built-in sales units. */
export async function salesUnitsTable(): Promise<string> {
  const { salesUnits } = await fixture<{ salesUnits: SalesUnitInput[] }>("sales-units");
  return table(
    ["Name", "client_id, client_secret", "What it is for"],
    salesUnits.map((unit) => [
      unit.name,
      `\`${unit.clientId}\`<br>\`${unit.clientSecret}\``,
      traitsOf(unit).join("; "),
    ]),
  );
}

function traitsOf(unit: SalesUnitInput): string[] {
  const traits = [`merchant ${unit.merchant ?? unit.name}`];
  if (unit.tokenEndpointAuthMethod === "client_secret_post") traits.push("client_secret_post");
  if (unit.scopes?.includes("nin")) traits.push("may ask for the national identity number");
  const { loginFromPhoneNumber, delegatedConsents, customFlow } = unit.features ?? {};
  const questions = Object.entries({ delegatedConsents, customFlow });
  if (isOpen(unit) && loginFromPhoneNumber) traits.push("login from phone number");
  for (const [name, asked] of questions) if (asked) traits.push(name);
  if (unit.active === false) traits.push("inactive");
  if (unit.loginActivated === false) traits.push("Vipps Login is not activated");
  return traits;
}

/** What is closed shows that, whatever else it might do. */
function isOpen({ active = true, loginActivated = true }: SalesUnitInput): boolean {
  return active && loginActivated;
}

/** The table of the built-in partners, with the sales units that they act for by name. */
export async function partnersTable(): Promise<string> {
  const { partners } = await fixture<{ partners: PartnerInput[] }>("partners");
  const { salesUnits } = await fixture<{ salesUnits: SalesUnitInput[] }>("sales-units");
  const nameOf = (msn: string) => salesUnits.find((unit) => unit.msn === msn)?.name ?? msn;
  return table(
    ["Partner", "client_id, client_secret, Ocp-Apim-Subscription-Key", "Acts for"],
    partners.map((partner) => [
      partner.name,
      [partner.clientId, partner.clientSecret, partner.subscriptionKey]
        .map((key) => `\`${key}\``)
        .join("<br>"),
      (partner.salesUnits ?? []).map((msn) => `${nameOf(msn)} (${msn})`).join(", "),
    ]),
  );
}

/** For birth dates that move along with the present day. */
const SOME_DAY = "2023-05-17" as CalendarDate;

function onSomeDay({ birthDate = "", ...user }: UserInput): UserInput {
  return { ...user, ...defined({ birthDate: resolveBirthDate(birthDate, SOME_DAY) }) };
}

export async function usersTable(): Promise<string> {
  const { users } = await fixture<{ users: UserInput[] }>("users");
  return table(
    ["id", "Phone number", "Name", "Born", "What is special"],
    users.map((user) => [
      `\`${user.id}\``,
      user.phoneNumber ?? "",
      `${user.givenName} ${user.familyName}`.replace(/^(.{40}).+$/, "$1…"),
      user.birthDate ?? "",
      traitsOfUser(onSomeDay(user), SOME_DAY).join("; "),
    ]),
  );
}

/** The help text of the command line, as a block. */
export function optionsBlock(): string {
  return `\`\`\`text\n${usage().trimEnd()}\n\`\`\``;
}

async function fixture<Shape>(name: string): Promise<Shape> {
  const text = await readFile(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text) as Shape;
}
