import { after } from "../../records/time.ts";
import { readState } from "../../sandbox/state.ts";
import { toDocument, upgradeDocument } from "../../sandbox/state-format.ts";
import { findStateProblems, StateSchema } from "../../sandbox/state-problems.ts";
import { operation } from "../api/operation.ts";
import { badRequest, refuseProblems, removedMeanwhile } from "../api/problem.ts";

/** `state`: a whole sandbox out, in, and back to its beginning. */
export const stateOperations = [
  operation({
    method: "GET",
    path: "/state",
    summary: "Exports the sandbox, private keys, secrets and living tokens included.",
    operationId: "exportState",
    status: 200,
    response: StateSchema,
    run: async ({ exchange: { sandbox }, sandboxes }) => {
      const body = toDocument(await readState(sandbox));
      // Its records go with the sandbox, also while somebody reads them.
      if (!(await sandboxes.find(sandbox.id))) throw removedMeanwhile();
      return { body };
    },
  }),
  operation({
    method: "PUT",
    path: "/state",
    operationId: "restoreState",
    summary: "Puts an exported sandbox in the place of this one; the request log is emptied.",
    body: StateSchema,
    status: 204,
    upgradeBody,
    run: async ({ body: { version: _, ...state }, exchange: { sandbox }, sandboxes }) => {
      const { now, offset } = await sandbox.clock.read();
      refuseProblems(await findStateProblems(state, after(now, -offset)));
      const restored = await sandboxes.restore(sandbox.id, state);
      if (!restored) throw removedMeanwhile();
      // A restored login may be about to be approved, and its merchant waits for the ping.
      restored.wakeCourier();
      return {};
    },
  }),
  operation({
    method: "POST",
    path: "/state/reset",
    summary: "Back to what the sandbox was made from: records, clock, keys and settings.",
    status: 204,
    run: async ({ exchange: { sandbox }, sandboxes }) => {
      if (!(await sandboxes.reset(sandbox.id))) throw removedMeanwhile();
      return {};
    },
  }),
];

function upgradeBody(body: unknown): unknown {
  const upgraded = upgradeDocument(body);
  if ("problem" in upgraded) throw badRequest([upgraded.problem]);
  return upgraded.document;
}
