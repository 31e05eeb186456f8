import { Problem } from "../control/api/problem.ts";
import type { Page } from "./page.ts";
import { finish, ownAttempt, toResult } from "./try-flow.ts";

/**
 * Where Try is sent back to: it takes what came, exchanges it, and goes on to a page that can be reloaded,
 * as an application has to.
 */
export const tryCallbackPage: Page = {
  async show(visit) {
    const attempt = ownAttempt(visit);
    const { query } = visit;
    const state = query.get("state") ?? "";
    if (state !== attempt.state && attempt.kind === "browser") {
      throw new Problem(
        400,
        "The state that came back is not the one that this browser sent last: an application refuses it, " +
          "because somebody else may have begun that login. A second login in another tab does the same.",
      );
    }
    const callback = query.toString();
    // Reloaded, or gone back to: a code is exchanged once.
    if (attempt.isOver || attempt.callback === callback) return toResult(attempt);
    const resumeUri = query.get("resume_uri");
    if (resumeUri !== null) return toResult({ ...attempt, resumeUri });
    if (attempt.holds && query.has("code")) return toResult({ ...attempt, callback });
    return toResult(await finish(visit, { ...attempt, callback }));
  },
};
