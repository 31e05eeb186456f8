import { decodeLeniently, encodeQuery } from "../oidc/encoding.ts";
import { oauthError, PageRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { repeatedParameter } from "../oidc/params.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseMsnInsteadOfClient, diagnoseUnknownMsn } from "../rules/partner-keys.ts";
import { diagnoseRepeated } from "../rules/protocol.ts";

/**
 * A partner need not know the client_id of a sales unit: `msn` stands in its place, and the browser is
 * sent to the same address with the client_id (dossier §1.4). The request itself is validated there.
 *
 * @throws PageRefusal where partner keys are not for the browser flow, or nobody has the msn
 */
export async function locationWithClient(
  { sandbox, endpoints, trace }: Exchange,
  msn: string,
  parameters: Parameters,
  query: string,
): Promise<string> {
  if (parameters.repeated.includes("msn")) {
    throw new PageRefusal(repeatedParameter("msn"), diagnoseRepeated("msn"));
  }
  const unknown = () =>
    oauthError("invalid_client", "The requested OAuth 2.0 Client does not exist.");
  if (sandbox.switches.partnerKeys !== "everywhere") {
    throw new PageRefusal(unknown(), diagnoseMsnInsteadOfClient(msn));
  }
  const salesUnit = await sandbox.store.salesUnits.get(msn);
  if (!salesUnit) {
    const { items } = await sandbox.store.salesUnits.list();
    const known = items.map((item) => item.msn);
    throw new PageRefusal(unknown(), diagnoseUnknownMsn(msn, known));
  }
  const { clientId } = salesUnit;
  trace.clientId = clientId;
  const pairs = query.split("&").filter((pair) => nameOf(pair) !== "client_id");
  const replaced = pairs.map((pair) =>
    nameOf(pair) === "msn" ? encodeQuery([["client_id", clientId]]) : pair,
  );
  return `${endpoints.front}${PATHS.authorize}?${replaced.join("&")}`;
}

function nameOf(pair: string): string {
  return decodeLeniently(pair.replace(/=.*$/s, ""));
}
