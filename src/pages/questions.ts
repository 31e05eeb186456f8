import type { Parameters } from "../oidc/params.ts";
import type { Answers, DelegatedConsents, FlowResult } from "../records/answers.ts";
import type { AskingScope } from "../records/vocabulary.ts";
import { ASKING_SCOPES } from "../records/vocabulary.ts";
import type { Ticks } from "../rules/questions.ts";
import { boxesOf } from "../rules/questions.ts";
import type { ConsentView } from "./view-models.ts";

/** The questions of a merchant on the consent page: how they are shown, and how they come back. */

type QuestionView = ConsentView["questions"][number];

/** The sections of the page, and what its button is called. */
export function questionViews(
  { delegatedConsents, flowResult }: Answers,
  ticks: Ticks,
): Pick<ConsentView, "questions" | "confirm"> {
  const screens = flowResult?.screens ?? [];
  const questions = screens.map((screen, index) => screenView(screen, index + 1, ticks));
  if (!delegatedConsents) return { questions };
  return {
    questions: [delegatedConsentsView(delegatedConsents, ticks), ...questions],
    confirm: {
      language: languageOf(delegatedConsents),
      text: delegatedConsents.confirmConsentButtonText,
    },
  };
}

function delegatedConsentsView(asked: DelegatedConsents, ticks: Ticks): QuestionView {
  const { heading, termsDescription, links, consents } = asked;
  return {
    id: "delegated-consents",
    language: languageOf(asked),
    title: heading,
    intro: "",
    boxes: consents.map(({ id, required, textDisplayedToUser }) => ({
      name: fieldOf("delegatedConsents", id),
      label: textDisplayedToUser,
      required,
      checked: ticks.delegatedConsents?.[id] === true,
    })),
    outro: termsDescription,
    links: [
      { title: links.termsLinkText, url: links.termsLinkUrl },
      { title: links.privacyStatementLinkText, url: links.privacyStatementLinkUrl },
    ],
  };
}

function languageOf({ language }: DelegatedConsents): "nb" | "en" {
  return language === "NO" ? "nb" : "en";
}

function screenView(
  { title, description = "", terms, elements }: FlowResult["screens"][number],
  number: number,
  ticks: Ticks,
): QuestionView {
  return {
    id: `custom-flow-${number}`,
    title,
    intro: description,
    boxes: elements.map(({ id, title: label, required, readMore }) => ({
      name: fieldOf("customFlow", id),
      label,
      required,
      checked: ticks.customFlow?.[id] === true,
      ...(readMore !== undefined && { readMore }),
    })),
    outro: "",
    links: terms?.links ?? [],
  };
}

export function ticksIn(questions: Answers, form: Pick<Parameters, "get">): Ticks {
  const boxes = boxesOf(questions);
  return Object.fromEntries(
    ASKING_SCOPES.map((scope) => {
      const ticks = boxes[scope].map(({ id }) => [id, form.get(fieldOf(scope, id)) === "yes"]);
      return [scope, Object.fromEntries(ticks)];
    }),
  );
}

function fieldOf(scope: AskingScope, id: string): string {
  return `${scope}.${id}`;
}
