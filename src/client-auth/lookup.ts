import type { OAuthError } from "../oidc/errors.ts";
import { oauthError } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import {
  diagnoseInactive,
  diagnoseNotActivated,
  diagnoseSecretAsId,
  diagnoseUnknownClient,
  INACTIVE_TEXT,
} from "../rules/credentials.ts";
import { diagnoseKeyAsId } from "../rules/partner-keys.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { MisplacedSecret } from "./secrets.ts";
import { findMisplacedSecret } from "./secrets.ts";

/**
 * From a client_id to its sales unit: shared by everything that a client calls. Proving who one is
 * comes after it, in authenticate.ts.
 */

/** Why a client is refused, with what the log is told. */
export interface ClientFailure {
  readonly error: OAuthError;
  readonly diagnosis: Diagnosis;
}

/**
 * The sales unit when Vipps Login is activated for it, else why there is none. Whether it is active
 * is asked by {@link checkActive}, after authentication.
 */
export async function findClient(
  sandbox: Pick<Sandbox, "store">,
  clientId: string,
): Promise<{ salesUnit: SalesUnit } | { failure: Diagnosis }> {
  const salesUnit = await sandbox.store.salesUnits.find("clientId", clientId);
  if (!salesUnit) {
    const secret = await findMisplacedSecret(sandbox.store, clientId);
    if (secret) return { failure: diagnoseMisplaced(secret) };
    const { items } = await sandbox.store.salesUnits.list();
    const known = items.map((item) => item.clientId);
    return { failure: diagnoseUnknownClient(clientId, known) };
  }
  if (!salesUnit.loginActivated) return { failure: diagnoseNotActivated(clientId) };
  return { salesUnit };
}

function diagnoseMisplaced({ header, owner, clientId }: MisplacedSecret): Diagnosis {
  return owner === "sales-unit" ? diagnoseSecretAsId(clientId) : diagnoseKeyAsId(header, clientId);
}

/** The failure that the FAQ quotes, when it is not active; undefined when it is. */
export function checkActive(salesUnit: SalesUnit): ClientFailure | undefined {
  if (salesUnit.active) return undefined;
  return {
    error: { ...oauthError("invalid_client"), description: INACTIVE_TEXT },
    diagnosis: diagnoseInactive(salesUnit.clientId),
  };
}
