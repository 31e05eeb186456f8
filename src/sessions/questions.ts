import type { Answers } from "../records/answers.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Asked } from "../rules/questions.ts";
import { questionsOf, settledScopes } from "../rules/questions.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { activeConsentKey } from "../store/collections.ts";

/**
 * What a user has settled with a merchant before, and what there is still to ask. That a question was
 * answered is written down with the consent when the session begins (sessions/issue.ts), and
 * forgotten with it.
 */

/** Where a user stands with a sales unit. */
export interface ToAsk {
  /** The scopes that the user need not be asked about: `mustAskConsent` takes them. */
  readonly settled: readonly string[];
  /**
   * What the user must be asked for the merchant, in the form of the answer of somebody who accepts
   * everything; empty where there is nothing.
   */
  readonly questions: Answers;
}

/** What is settled, and what there is to ask. */
export async function whatToAsk(
  { store }: Pick<Sandbox, "store">,
  user: Pick<User, "id" | "language">,
  login: Pick<Asked, "scopes"> & Partial<Pick<Asked, "language">> & { salesUnit: SalesUnit },
  now: EpochSeconds,
): Promise<ToAsk> {
  const { merchant, msn } = login.salesUnit;
  const consent = await store.consents.find("active", activeConsentKey(user.id, merchant));
  const settled = settledScopes(consent, msn);
  return { settled, questions: questionsOf({ language: user.language, ...login, settled }, now) };
}
