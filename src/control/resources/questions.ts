import type { Static, TSchema } from "typebox";
import Type from "typebox";
import { didYouMean, pathTo, quoted } from "../../config/problem.ts";
import { closest } from "../../platform/closest.ts";
import type { Answers } from "../../records/answers.ts";
import type { AuthorizationRequest } from "../../records/authorization-request.ts";
import { defined } from "../../records/defined.ts";
import { closed } from "../../records/schema-parts.ts";
import type { User } from "../../records/user.ts";
import type { DelegatedConsentId } from "../../records/vocabulary.ts";
import { ASKING_SCOPES } from "../../records/vocabulary.ts";
import type { Exchange } from "../../request/exchange.ts";
import { mustAskConsent, sharedScopes } from "../../rules/consent.ts";
import type { TickMistake, Ticks } from "../../rules/questions.ts";
import { answersWith, boxesOf, findTickMistakes } from "../../rules/questions.ts";
import type { ConsentState } from "../../sessions/consents.ts";
import { consentStateOf } from "../../sessions/consents.ts";
import type { ProblemPart } from "../api/problem.ts";
import { Problem } from "../api/problem.ts";

/** What a merchant asks the user in a login, and the answers. */

const BoxesSchema = Type.Array(
  Type.Object(
    {
      id: Type.String(),
      required: Type.Boolean({ description: "Whether the user can go on only by accepting it." }),
      text: Type.String({ description: "What stands beside the box." }),
    },
    { ...closed, title: "Box" },
  ),
);

export const QuestionsSchema = Type.Partial(
  Type.Object({ delegatedConsents: BoxesSchema, customFlow: BoxesSchema }),
  {
    ...closed,
    title: "Questions",
    description: "What its user is asked for the merchant, by scope, once the user is known.",
  },
);

const Tick = Type.Boolean();
const consentTicks = { email: Tick, sms: Tick, digital: Tick, personal: Tick } satisfies Record<
  DelegatedConsentId,
  TSchema
>;

/** What its user is asked before the merchant gets data. */
export const AskedConsentSchema = Type.Object(
  {
    scopes: Type.Array(Type.String(), { description: "Whose data the user would share." }),
    in: Type.Enum(["app", "browser"], {
      description: "Whether the app asks, or the page for the consent.",
    }),
  },
  {
    ...closed,
    title: "AskedConsent",
    description:
      "What its user is still asked to share, once the user is known; left out where that is nothing.",
  },
);

/** The properties of an approval that answer. */
export const tickProperties = {
  delegatedConsents: Type.Partial(Type.Object(consentTicks), {
    ...closed,
    description: "Which consents the user gives; those left out are given.",
  }),
  customFlow: Type.Record(Type.String(), Tick, {
    description: "Which boxes of the custom flow the user ticks; those left out are ticked.",
  }),
};

/** What of a login decides what its user is asked. */
type Asking = Pick<AuthorizationRequest, "msn" | "grantedScopes">;

interface Asked {
  readonly consent?: Static<typeof AskedConsentSchema>;
  readonly questions?: Static<typeof QuestionsSchema>;
}

/** What its user is still to be asked; nothing where the user is not known yet. */
export async function askedIn(
  login: Asking,
  id: string | undefined,
  place: Static<typeof AskedConsentSchema>["in"],
  { sandbox, now }: Exchange,
): Promise<Asked> {
  const user = id === undefined ? undefined : await sandbox.store.users.get(id);
  const state = user && (await stateOf(login, user, { sandbox, now }));
  if (!state || !mustAskConsent(login.grantedScopes, state.consented)) return {};
  const boxes = boxesOf(state.questions);
  const asked = ASKING_SCOPES.filter((scope) => boxes[scope].length > 0);
  const questions = Object.fromEntries(asked.map((scope) => [scope, [...boxes[scope]]]));
  return {
    consent: { scopes: [...sharedScopes(login.grantedScopes, state.consented)], in: place },
    ...(asked.length > 0 && { questions }),
  };
}

/**
 * @throws Problem 409 when a question is answered that is not asked; 422 for a box that there is
 *   not, or a no where a yes is required
 */
export async function answersOf(
  login: Asking,
  user: User,
  given: Ticks,
  exchange: Exchange,
): Promise<Answers> {
  const questions = await askedOf(login, user, exchange);
  refuseUnasked(questions, given);
  const parts = findTickMistakes(questions, given).map((mistake) => partOf(mistake, questions));
  const [first] = parts;
  if (first) throw new Problem(422, `${first.path}: ${first.message}`, parts);
  return answersWith(questions, given);
}

async function askedOf(
  login: Asking,
  user: User,
  exchange: Pick<Exchange, "sandbox" | "now">,
): Promise<Answers> {
  return (await stateOf(login, user, exchange))?.questions ?? {};
}

/** Undefined when the sales unit was removed. */
async function stateOf(
  { msn, grantedScopes }: Asking,
  user: User,
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
): Promise<ConsentState | undefined> {
  const salesUnit = await sandbox.store.salesUnits.get(msn);
  return salesUnit && consentStateOf(sandbox, user, { salesUnit, scopes: grantedScopes }, now);
}

function refuseUnasked(questions: Answers, given: Ticks): void {
  const boxes = boxesOf(questions);
  const parts = ASKING_SCOPES.filter(
    (scope) => given[scope] !== undefined && boxes[scope].length === 0,
  ).map((scope) => ({
    path: scope,
    message: `this login asks nothing there: it is not among its scopes, or was answered before; leave it out`,
    value: given[scope],
  }));
  const [first] = parts;
  if (first) throw new Problem(409, `${first.path}: ${first.message}`, parts);
}

function partOf({ kind, scope, id }: TickMistake, questions: Answers): ProblemPart {
  const path = pathTo(scope, id);
  if (kind === "required") {
    const message = "is required; accept it, or reject the login";
    return { path, message, value: false };
  }
  const known = boxesOf(questions)[scope].map((box) => box.id);
  const meant = closest(id, known);
  const remedy = didYouMean(meant) || `; there are ${known.join(", ")}`;
  const message = `${quoted(id)} is not asked${remedy}`;
  return { path, message, ...defined({ closest: meant }) };
}
