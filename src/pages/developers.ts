import { toIso } from "../platform/calendar.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { PageContext } from "./page-context.ts";
import type { DevelopersView } from "./view-models.ts";

/**
 * What a page of a login says beside what a user sees: where it is, and what the merchant asked for. Only
 * for whoever may use the dashboard too; undefined for anybody else.
 *
 * @param why a user cannot log in, where that is so
 */
export async function forDevelopers(
  { exchange: { sandbox }, login, people }: PageContext,
  why?: Diagnosis,
): Promise<DevelopersView | undefined> {
  if (!people) return undefined;
  const { now, frozen, offset } = await sandbox.clock.read();
  const { id, request } = login;
  const withheld = request.scopes.filter((scope) => !request.grantedScopes.includes(scope));
  return {
    ...(why && { why }),
    login: id,
    sandbox: sandbox.id,
    profile: sandbox.profile,
    clock: frozen || offset !== 0 ? { now: toIso(now), isFrozen: frozen } : undefined,
    asked: [...new URLSearchParams(request.query)].map(([name, value]) => ({ name, value })),
    withheld,
  };
}
