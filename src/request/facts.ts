import type { Partner } from "../records/partner.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { User } from "../records/user.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll } from "../store/batches.ts";
import type { Endpoints } from "./addresses.ts";
import { OURS, PATHS } from "./addresses.ts";

/** What somebody needs to know to use a sandbox: printed at start, and sent by the control API. */
export interface SandboxFacts {
  /** In place of the real service's base URL. */
  readonly url: string;
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly controlUrl: string;
  readonly salesUnits: readonly SalesUnit[];
  readonly partners: readonly Partner[];
  readonly users: readonly User[];
  /** The same over https, where that is served too. */
  readonly tls?: TlsFacts;
}

/** What somebody needs to know to use a sandbox over https. */
export interface TlsFacts {
  /** In place of the real service's base URL. */
  readonly url: string;
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly controlUrl: string;
  /** The certificate of the CA to trust, as PEM; left out where the operator has brought a certificate. */
  readonly caFile?: string;
}

export async function factsOf(
  { store }: Pick<Sandbox, "store">,
  endpoints: Endpoints,
): Promise<SandboxFacts> {
  const salesUnits = await readAll(store.salesUnits);
  const partners = await readAll(store.partners);
  const users = await readAll(store.users);
  return { ...addressesOf(endpoints), salesUnits, partners, users };
}

export function addressesOf({ back: url, issuer }: Endpoints) {
  return {
    url,
    issuer,
    discoveryUrl: `${url}${PATHS.discovery}`,
    controlUrl: `${url}${PATHS.control}`,
  };
}

/** A line for each, for a person to read. */
export function addressLines({
  url,
  issuer,
  discoveryUrl,
  controlUrl,
}: ReturnType<typeof addressesOf>): string[] {
  return [
    `  Base URL       ${url}`,
    `  Issuer         ${issuer}`,
    `  Discovery      ${discoveryUrl}`,
    `  Control API    ${controlUrl}`,
    `  Dashboard      ${url}${OURS}`,
  ];
}

export function tlsFactsOf(endpoints: Endpoints, caFile: string | undefined): TlsFacts {
  return { ...addressesOf(endpoints), ...(caFile !== undefined && { caFile }) };
}

/** A line for each, for a person to read. */
export function tlsLines({ url, caFile }: TlsFacts): string[] {
  const lines = [`  HTTPS          ${url}`];
  if (caFile !== undefined) {
    lines.push(`  CA to trust    ${caFile} (how: docs/https.md)`);
  }
  return lines;
}
