import { Problem } from "../control/api/problem.ts";
import { labPage } from "./lab-common.ts";
import type { Done, Page, Visit } from "./page.ts";

/** The whole sandbox: out, in, and back to its beginning. */

interface StateView {
  /** What was pasted, to be corrected; a long text is not sent back. */
  readonly text: string;
}

interface ResetView {
  readonly sandbox: string;
}

/** So long a text is shown again after a mistake. */
const LONGEST_SHOWN = 64 * 1024;

/** So many mistakes of a state are told at once. */
const MOST_TOLD = 10;

export const labStatePage: Page = {
  async show(visit) {
    const text = visit.upload?.fields.get("text") ?? "";
    const model: StateView = { text: text.length > LONGEST_SHOWN ? "" : text };
    return labPage("lab/state", "Keep this sandbox, or bring one back", model, visit);
  },

  async act({ api, upload }): Promise<Done> {
    if (upload?.problem) throw upload.problem;
    const file = upload?.files.get("file");
    const text = upload?.fields.get("text")?.trim();
    if (!file && !text) {
      throw new Problem(400, "There is no state to import: choose a file, or paste one.");
    }
    const call = { method: "PUT", path: "/state", file: "state.json" } as const;
    await importing(() => api.sendBytes(call, file ?? Buffer.from(text ?? "")));
    return {
      to: "lab/state",
      message: "This sandbox is now as the imported state has it. Its log is empty.",
      calls: [call],
    };
  },
};

/** @throws Problem with the first of many mistakes */
async function importing(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Problem) || error.errors.length <= MOST_TOLD) throw error;
    const told = error.errors.slice(0, MOST_TOLD).map(({ path, message }) => `${path}: ${message}`);
    throw new Problem(
      error.status,
      `The state has ${error.errors.length} problems, and nothing was changed. The first ones: ${told.join("; ")}`,
    );
  }
}

export const labResetPage: Page = {
  async show(visit: Visit) {
    const model: ResetView = { sandbox: visit.exchange.sandbox.id };
    return labPage("lab/reset", "Reset this sandbox?", model, visit);
  },

  async act({ api }): Promise<Done> {
    const call = { method: "POST", path: "/state/reset" } as const;
    await api.send(call);
    return {
      to: "lab",
      message: "The sandbox is as it was made: records, clock, keys and settings.",
      calls: [call],
    };
  },
};
