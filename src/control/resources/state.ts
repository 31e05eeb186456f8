import { after } from "../../records/time.ts";
import type { SandboxState } from "../../sandbox/state.ts";
import { readState } from "../../sandbox/state.ts";
import { badRequest, operation, removedMeanwhile } from "../api/operation.ts";
import { findStateProblems } from "./state-problems.ts";
import { StateSchema } from "./state-schemas.ts";

/** `state`: a whole sandbox out, in, and back to its beginning. */
export const stateOperations = [
  operation({
    method: "GET",
    path: "/state",
    summary: "Exports the sandbox, private keys, secrets and living tokens included.",
    operationId: "exportState",
    status: 200,
    response: StateSchema,
    examples: [{ title: "All there is" }],
    run: async ({ exchange: { sandbox }, sandboxes }) => {
      const body = await readState(sandbox);
      // With the sandbox its records go, also under the hands of who reads them.
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
    run: async ({ body, exchange: { sandbox }, sandboxes }) => {
      // The schema is the type but for the brands.
      const state = body as unknown as SandboxState;
      const { now, offset } = await sandbox.clock.read();
      const mistakes = await findStateProblems(state, after(now, -offset));
      if (mistakes.length > 0) throw badRequest(mistakes);
      if (!(await sandboxes.restore(sandbox.id, state))) throw removedMeanwhile();
      return {};
    },
  }),
  operation({
    method: "POST",
    path: "/state/reset",
    summary: "Back to what the sandbox was made from: records, clock, keys and settings.",
    status: 204,
    examples: [{ title: "Before the next test" }],
    run: async ({ exchange: { sandbox }, sandboxes }) => {
      if (!(await sandboxes.reset(sandbox.id))) throw removedMeanwhile();
      return {};
    },
  }),
];
