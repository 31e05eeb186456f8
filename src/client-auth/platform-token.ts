import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { PlatformToken, PlatformTokenHolder } from "../records/session.ts";
import type { Exchange } from "../request/exchange.ts";
import {
  diagnoseExpiredPlatformToken,
  diagnoseNoMsn,
  diagnoseNotServed,
  diagnoseUnknownPlatformToken,
} from "../rules/partner-keys.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/**
 * What a platform token is worth, wherever one is brought: whether it is one, and for which sales
 * unit its holder may act. How one is had is in request.ts.
 */

/** The platform token, not expired; or why it is none. */
export async function findPlatformToken(
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  value: string,
): Promise<{ token: PlatformToken } | { failure: Diagnosis }> {
  const { platformTokens, accessTokens } = sandbox.store;
  const token = await platformTokens.get(value);
  if (!token) {
    const isAccessToken = (await accessTokens.get(value)) !== undefined;
    return { failure: diagnoseUnknownPlatformToken(isAccessToken) };
  }
  if (now < token.expiresAt) return { token };
  return { failure: diagnoseExpiredPlatformToken(now - token.expiresAt) };
}

/** The sales unit that the holder acts for; or why there is none. */
export async function findActedFor(
  { store }: Pick<Sandbox, "store">,
  holder: PlatformTokenHolder,
  msn: string | undefined,
): Promise<{ salesUnit: SalesUnit } | { failure: Diagnosis }> {
  const served = await servedBy(store, holder);
  const wanted = msn ?? (holder.kind === "sales-unit" ? holder.id : undefined);
  if (wanted === undefined) return { failure: diagnoseNoMsn(served) };
  const salesUnit = await store.salesUnits.get(wanted);
  if (salesUnit && served.includes(wanted)) return { salesUnit };
  const name = `the ${holder.kind.replace("-", " ")} ${holder.id}`;
  const exists = salesUnit !== undefined;
  return { failure: diagnoseNotServed({ msn: wanted, holder: name, served, exists }) };
}

/** The msn of each sales unit that somebody may act for: of a sales unit its own. */
async function servedBy(
  { partners }: Sandbox["store"],
  { kind, id }: PlatformTokenHolder,
): Promise<readonly string[]> {
  if (kind === "sales-unit") return [id];
  return (await partners.get(id))?.salesUnits ?? [];
}
