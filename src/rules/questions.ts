import { toIso } from "../platform/calendar.ts";
import type { Answers, FlowResult } from "../records/answers.ts";
import type { Features, SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { AskingScope } from "../records/vocabulary.ts";
import { ASKING_SCOPES } from "../records/vocabulary.ts";
import { answerLanguage, askDelegatedConsents } from "./delegated-consents.ts";
import { canonicalScope } from "./entitlement.ts";
import type { Language } from "./language.ts";

/** What a user ticks (true) or leaves (false), by the ids of the boxes; accepted where left out. */
export type Ticks = { readonly [Scope in AskingScope]?: Readonly<Record<string, boolean>> };

/** What of a consent tells which questions were answered with it. */
interface AnsweredConsent {
  readonly scopes: readonly string[];
  readonly answered?: readonly { readonly msn: string; readonly scope: AskingScope }[];
}

/**
 * The scopes that a consent covers at a sales unit. Data is shared with a merchant, but each sales unit
 * asks its own questions: a scope that asks one is covered only where its question was answered.
 */
export function consentedScopes(consent: AnsweredConsent | undefined, msn: string): string[] {
  const { scopes = [], answered = [] } = consent ?? {};
  return scopes.filter(
    (scope) => !isAsking(scope) || answered.some((one) => one.msn === msn && one.scope === scope),
  );
}

/** Whether the scope asks the user something. */
export function isAsking(scope: string): scope is AskingScope {
  return ASKING_SCOPES.some((one) => one === scope);
}

/** For whom, and how, a question is put. */
export interface Asked {
  readonly salesUnit: Pick<SalesUnit, "name" | "features">;
  /** The scopes of the login. */
  readonly scopes: readonly string[];
  /** Those that the user has consented to before (`consentedScopes`). */
  readonly consented: readonly string[];
  /** What the user's page or phone speaks. */
  readonly language: Language;
}

/** What the user must be asked, as if everything was accepted; empty where there is nothing. */
export function questionsOf(
  { salesUnit, scopes, consented, language }: Asked,
  now: EpochSeconds,
): Answers {
  const { delegatedConsents, customFlow } = salesUnit.features;
  const open = (scope: AskingScope) =>
    scopes.some((one) => canonicalScope(one) === scope) && !consented.includes(scope);
  return {
    ...(delegatedConsents &&
      open("delegatedConsents") && {
        delegatedConsents: askDelegatedConsents(salesUnit, delegatedConsents, language, now),
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

export function answeredScopes({ delegatedConsents, flowResult }: Answers): AskingScope[] {
  return ASKING_SCOPES.filter(
    (scope) => (scope === "customFlow" ? flowResult : delegatedConsents) !== undefined,
  );
}
