import type { ConfigInput } from "../records/config.ts";
import type { CountedLimit, Limits } from "../records/limits.ts";
import { howToRaise, LIMITS, limitsIn } from "../records/limits.ts";
import type { SalesUnitInput } from "../records/sales-unit.ts";
import type { Problem } from "./problem.ts";
import { findInEach, pathTo } from "./problem.ts";

/** Where a config, or a request, has more of something than there may be. */

/** The lists of a config that have a limit of their name. */
const LISTS = ["users", "salesUnits", "partners", "scenarios", "faults"] as const;

export async function findLimitProblems(config: ConfigInput): Promise<Problem[]> {
  const limits = limitsIn(config);
  return [
    ...LISTS.flatMap((name) => findTooMany(config[name] ?? [], name, limits, name)),
    ...(await findInEach(
      config.salesUnits ?? [],
      ({ redirectUris }: Partial<SalesUnitInput>, index) =>
        findTooManyUris(redirectUris, limits, pathTo("salesUnits", index)),
    )),
  ];
}

/** More redirect URIs than one sales unit may have. */
export function findTooManyUris(
  redirectUris: readonly string[] | undefined,
  limits: Pick<Limits, "redirectUris">,
  path = "",
): Problem[] {
  return findTooMany(redirectUris ?? [], "redirectUris", limits, pathTo(path, "redirectUris"));
}

/** What is to be done to a list that a sandbox has. */
interface ListChange {
  /** How many records there are now. */
  readonly count: number;
  readonly removed: number;
  readonly added: number;
}

/** More in a sandbox than it may have. Who is there already stays, so only what is added can be too much. */
export function findNoRoom<Name extends CountedLimit>(
  name: Name,
  { count, removed, added }: ListChange,
  limits: Pick<Limits, Name>,
): Problem[] {
  const [bound, needed] = [limits[name], count - removed + added];
  if (added === 0 || needed <= bound) return [];
  const message =
    `the sandbox would have ${needed} ${LIMITS[name].what}, with those that are not in this file, and ` +
    `limits.${name} allows ${bound}; leave some out, remove others over the control API, or raise it: ` +
    howToRaise(name, needed);
  return [{ path: name, message, value: needed }];
}

function findTooMany<Name extends CountedLimit>(
  list: readonly unknown[],
  name: Name,
  limits: Pick<Limits, Name>,
  path: string,
): Problem[] {
  const bound = limits[name];
  if (list.length <= bound) return [];
  const message =
    `has ${list.length} entries, and limits.${name} allows ${bound}; leave some out, or raise it: ` +
    howToRaise(name, list.length);
  return [{ path, message, value: list.length }];
}
