import type { Partner, SalesUnit } from "../control/types.ts";
import type { Api } from "./api.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import type { Visit } from "./page.ts";

/** Sales units and partners, as pages call them and offer them. */

/** As many as the API lists at once. Of those behind them the ids are shown, and the portal finds each. */
const MOST = 1000;

interface Named {
  readonly name: string;
  readonly clientId: string;
}

/** The names of who can call, by client id. */
export async function clientNames({
  api,
}: Pick<Visit, "api">): Promise<ReadonlyMap<string, string>> {
  const units: readonly Named[] = await api.list<SalesUnit>(["sales-units"], { limit: MOST });
  const partners = await api.list<Partner>(["partners"], { limit: MOST });
  return new Map([...units, ...partners].map(({ clientId, name }) => [clientId, name]));
}

/** The names of sales units, by msn. */
export async function unitNames(api: Api): Promise<ReadonlyMap<string, string>> {
  const units = await api.list<SalesUnit>(["sales-units"], { limit: MOST });
  return new Map(units.map(({ msn, name }) => [msn, name]));
}

/** The sales unit that calls by a client id; undefined where none does. */
export async function unitOfClient(api: Api, clientId: string): Promise<SalesUnit | undefined> {
  const search = clientId.slice(0, 200);
  const found = await api.list<SalesUnit>(["sales-units"], { search, limit: MOST });
  return found.find((one) => one.clientId === clientId);
}

/** A sales unit that a page is about, and those that it could be about. */
interface ChosenUnit {
  /** Undefined where there is none. */
  readonly unit: SalesUnit | undefined;
  /** Those that can be chosen. */
  readonly units: readonly SalesUnit[];
  readonly choices: readonly Choice[];
  /** Whether there are more than those. */
  readonly isCut: boolean;
}

/**
 * @param msn which one; null for the first
 * @throws Problem 404 where it is gone
 */
export async function chooseUnit(api: Api, msn: string | null): Promise<ChosenUnit> {
  const { items, next } = await api.page<SalesUnit>(["sales-units"], { limit: MOST });
  const isListed = (one: SalesUnit) => one.msn === msn;
  const unit = msn
    ? (items.find(isListed) ?? (await api.get<SalesUnit>(["sales-units", msn])))
    : items[0];
  const known = unit && !items.includes(unit) ? [...items, unit] : items;
  return {
    unit,
    units: known,
    choices: choices(
      known.map((one) => [one.msn, one.name]),
      unit?.msn,
    ),
    isCut: next !== undefined,
  };
}
