import { hash } from "node:crypto";
import { toIso } from "../platform/calendar.ts";
import type { Switches } from "../profiles/profile.ts";
import type { Answers, DelegatedConsents, FlowResult } from "../records/answers.ts";
import type { Features, SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import { epochSeconds } from "../records/time.ts";
import type { AskingScope } from "../records/vocabulary.ts";
import { ASKING_SCOPES } from "../records/vocabulary.ts";
import { answerLanguage, askDelegatedConsents } from "./delegated-consents.ts";
import { canonicalScope } from "./entitlement.ts";
import type { Language } from "./language.ts";

/** What a user ticks (true) or leaves (false), by the ids of the boxes; accepted where left out. */
export type Ticks = { readonly [Scope in AskingScope]?: Readonly<Record<string, boolean>> };

/** A question that was answered with a consent. */
interface AnsweredQuestion {
  readonly scope: AskingScope;
  /** What was asked, as `fingerprintOf` has it; left out by older states. */
  readonly question?: string;
}

/** What of a consent tells which questions were answered with it. */
interface AnsweredConsent {
  readonly scopes: readonly string[];
  readonly answered?: readonly (AnsweredQuestion & { readonly msn: string })[];
}

/** For whom it is looked up what a consent covers. */
interface Covered {
  readonly salesUnit: Pick<SalesUnit, "name" | "features" | "msn">;
  readonly switches: QuestionSwitches;
}

/** What of a sandbox's switches matters to questions. */
export type QuestionSwitches = Pick<Switches, "delegatedConsentsFormat" | "askAgainAfterChange">;

/**
 * The scopes that a consent covers at a sales unit. Data is shared with a merchant, but each sales unit
 * asks its own questions: a scope that asks one is covered only where its question was answered; where
 * users are asked again after a change, only while it is still the same.
 */
export function consentedScopes(
  consent: AnsweredConsent | undefined,
  { salesUnit, switches }: Covered,
): string[] {
  const { scopes = [], answered = [] } = consent ?? {};
  return scopes.filter((scope) => {
    if (!isAsking(scope)) return true;
    const before = answered.find((one) => one.msn === salesUnit.msn && one.scope === scope);
    if (!before?.question || !switches.askAgainAfterChange) return before !== undefined;
    return before.question === currentQuestion(salesUnit, scope, switches);
  });
}

/** What the sales unit asks now; undefined where it asks nothing any more. */
function currentQuestion(
  salesUnit: Covered["salesUnit"],
  scope: AskingScope,
  switches: QuestionSwitches,
): string | undefined {
  const asked = { salesUnit, switches, scopes: [scope], consented: [], language: "en" } as const;
  const [current] = answeredQuestions(questionsOf(asked, epochSeconds(0)));
  return current?.question;
}

/** Whether the scope asks the user something. */
export function isAsking(scope: string): scope is AskingScope {
  return ASKING_SCOPES.some((one) => one === scope);
}

/** For whom, and how, a question is put. */
export interface Asked {
  readonly salesUnit: Pick<SalesUnit, "name" | "features">;
  readonly switches: QuestionSwitches;
  /** The scopes of the login. */
  readonly scopes: readonly string[];
  /** Those that the user has consented to before (`consentedScopes`). */
  readonly consented: readonly string[];
  /** What the user's page or phone speaks. */
  readonly language: Language;
}

/** What the user must be asked, as if everything was accepted; empty where there is nothing. */
export function questionsOf(
  { salesUnit, switches, scopes, consented, language }: Asked,
  now: EpochSeconds,
): Answers {
  const { delegatedConsents, customFlow } = salesUnit.features;
  const how = { language, format: switches.delegatedConsentsFormat };
  const open = (scope: AskingScope) =>
    scopes.some((one) => canonicalScope(one) === scope) && !consented.includes(scope);
  return {
    ...(delegatedConsents &&
      open("delegatedConsents") && {
        delegatedConsents: askDelegatedConsents(salesUnit, delegatedConsents, how, now),
      }),
    ...(customFlow &&
      open("customFlow") && { flowResult: askCustomFlow(customFlow, language, now) }),
  };
}

/** What the user is shown, in the form of the claim: as if everything was checked now. */
function askCustomFlow(
  asked: NonNullable<Features["customFlow"]>,
  language: Language,
  now: EpochSeconds,
): FlowResult {
  return {
    language: answerLanguage(language),
    screens: asked.screens.map(({ title, description, terms, elements }) => ({
      title,
      ...(description !== undefined && { description }),
      ...(terms !== undefined && { terms }),
      elements: elements.map(({ type, id, title: label, required, readMore }) => ({
        type,
        id,
        title: label,
        checked: true,
        required,
        ...(readMore !== undefined && { readMore }),
      })),
    })),
    timeOfConsent: toIso(now),
  };
}

/** A box as both kinds of question have it. */
interface Box {
  readonly id: string;
  readonly required: boolean;
  /** Its label. */
  readonly text: string;
}

/** The boxes of each scope, in order. */
export function boxesOf({ delegatedConsents, flowResult }: Answers): {
  readonly [Scope in AskingScope]: readonly Box[];
} {
  const consents = delegatedConsents?.consents ?? [];
  const elements = flowResult?.screens.flatMap((screen) => screen.elements) ?? [];
  return {
    delegatedConsents: consents.map(({ id, required, textDisplayedToUser }) => ({
      id,
      required,
      text: textDisplayedToUser,
    })),
    customFlow: elements.map(({ id, required, title }) => ({ id, required, text: title })),
  };
}

/** What is wrong with a tick: nothing of that id is asked, or it is a no where a yes is required. */
export interface TickMistake {
  readonly kind: "unknown" | "required";
  readonly scope: AskingScope;
  readonly id: string;
}

export function findTickMistakes(questions: Answers, ticks: Ticks): TickMistake[] {
  const boxes = boxesOf(questions);
  return ASKING_SCOPES.flatMap((scope) =>
    Object.entries(ticks[scope] ?? {}).flatMap(([id, ticked]): TickMistake[] => {
      const box = boxes[scope].find((one) => one.id === id);
      if (!box) return [{ kind: "unknown", scope, id }];
      return box.required && !ticked ? [{ kind: "required", scope, id }] : [];
    }),
  );
}

export function answersWith({ delegatedConsents, flowResult }: Answers, ticks: Ticks): Answers {
  return {
    ...(delegatedConsents && {
      delegatedConsents: {
        ...delegatedConsents,
        consents: delegatedConsents.consents.map((consent) => ({
          ...consent,
          accepted: isTicked(ticks.delegatedConsents, consent.id),
        })),
      },
    }),
    ...(flowResult && {
      flowResult: {
        ...flowResult,
        screens: flowResult.screens.map((screen) => ({
          ...screen,
          elements: screen.elements.map((element) => ({
            ...element,
            checked: isTicked(ticks.customFlow, element.id),
          })),
        })),
      },
    }),
  };
}

/** Whether the box is accepted. */
function isTicked(ticks: Readonly<Record<string, boolean>> | undefined, id: string): boolean {
  // A merchant may call a box "constructor".
  return ticks === undefined || !Object.hasOwn(ticks, id) || ticks[id] === true;
}

/** The questions that these are the answers to. */
export function answeredQuestions({
  delegatedConsents,
  flowResult,
}: Answers): (AnsweredQuestion & { readonly question: string })[] {
  return [
    ...(delegatedConsents
      ? [
          {
            scope: "delegatedConsents",
            question: fingerprintOf(asksFor(delegatedConsents)),
          } as const,
        ]
      : []),
    ...(flowResult
      ? [{ scope: "customFlow", question: fingerprintOf(shows(flowResult)) } as const]
      : []),
  ];
}

/** What the merchant chose to ask, in whatever language and format it was shown. */
function asksFor({ heading, text, links, consents }: DelegatedConsents) {
  const { termsLinkUrl, privacyStatementLinkUrl } = links;
  const boxes = consents.map(({ id, required }) => [id, required]);
  return [text ?? heading, termsLinkUrl, privacyStatementLinkUrl, boxes];
}

/** What the merchant chose to show, whatever the user ticked. */
function shows({ screens }: FlowResult) {
  return screens.map(({ elements, ...screen }) => ({
    ...screen,
    elements: elements.map(({ checked: _, ...element }) => element),
  }));
}

function fingerprintOf(question: unknown): string {
  return hash("sha256", JSON.stringify(question), "base64url").slice(0, 22);
}
