import Type from "typebox";
import { findMisplacedSecret } from "../../client-auth/authenticate.ts";
import type { Exchange } from "../../request/exchange.ts";
import { withoutSecret } from "../../request-log/mask.ts";
import type { ReportedRequest, WaitingLogin } from "../../request-log/report.ts";
import { MOST_LISTED, reportOf } from "../../request-log/report.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { loginsFor } from "./logins.ts";

/** `requests/report`: the request log as a text for the output of a test that failed. */
export const requestReport = operation({
  method: "GET",
  path: "/requests/report",
  operationId: "getReport",
  summary:
    "What a failed test needs to know, as text: refusals with what to do, the chain of each login, " +
    "logins that wait, scenarios that no login used.",
  status: 200,
  response: Type.String(),
  run: async ({ exchange }) => {
    const { sandbox, endpoints } = exchange;
    const kept = await readAll(sandbox.store.requests);
    const requests = kept.map((request) => ({ ...request, url: request.sent.url }));
    const waiting = await loginsFor({}, exchange, { count: MOST_LISTED + 1 });
    const scenarios = await readAll(sandbox.store.scenarios);
    const salesUnits = await namesOf([...requests, ...waiting], exchange);
    const report = reportOf({
      sandbox: sandbox.id,
      issuer: endpoints.issuer,
      requests,
      waiting,
      salesUnits,
      unused: scenarios.filter(({ hits }) => hits === 0),
    });
    const unknown = new Set(requests.flatMap(({ clientId }) => clientId ?? []));
    for (const clientId of salesUnits.keys()) unknown.delete(clientId);
    return { body: await withoutMisplaced(report, unknown, exchange) };
  },
});

/** A secret that was sent as client_id is in the log as it is, where secrets are to stay there. */
async function withoutMisplaced(
  report: string,
  unknown: Iterable<string>,
  { sandbox }: Exchange,
): Promise<string> {
  let clean = report;
  for (const clientId of unknown) {
    if (await findMisplacedSecret(sandbox.store, clientId)) clean = withoutSecret(clean, clientId);
  }
  return clean;
}

async function namesOf(
  seen: readonly Pick<ReportedRequest | WaitingLogin, "clientId">[],
  { sandbox }: Exchange,
): Promise<ReadonlyMap<string, string>> {
  const clientIds = new Set(seen.flatMap(({ clientId }) => clientId ?? []));
  const units = await Promise.all(
    [...clientIds].map((clientId) => sandbox.store.salesUnits.find("clientId", clientId)),
  );
  return new Map(units.flatMap((unit) => (unit ? [[unit.clientId, unit.name]] : [])));
}
