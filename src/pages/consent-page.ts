import { accepted, declined, returnUrl, userRemoved } from "../login/browser-login.ts";
import { PageRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { malformedRequest } from "../oidc/params.ts";
import type { Answers, DelegatedConsents, FlowResult } from "../records/answers.ts";
import type { Browser } from "../records/consent.ts";
import type { AskingScope } from "../records/vocabulary.ts";
import { ASKING_SCOPES } from "../records/vocabulary.ts";
import { PATHS } from "../request/addresses.ts";
import { sharedScopes } from "../rules/consent.ts";
import { diagnoseConsentAnswer } from "../rules/protocol.ts";
import type { Ticks } from "../rules/questions.ts";
import { answersWith, boxesOf, findTickMistakes } from "../rules/questions.ts";
import type { ConsentState } from "../sessions/consents.ts";
import type { PageResponse, TimedContext } from "./page-context.ts";
import {
  callsApp,
  consentStateOn,
  finish,
  forDevelopers,
  personOf,
  salesUnitName,
  sharedItems,
  show,
} from "./page-context.ts";
import type { ConsentView } from "./view-models.ts";

/** The consent page: may the merchant have the data, and what the merchant asks besides. */

/** Shows the page; a browser that is done here is sent on. */
export async function showConsent(context: TimedContext): Promise<PageResponse> {
  const redirect = returnUrl(context.exchange.endpoints, context.login);
  return redirect === undefined
    ? consentPage(context, await consentStateOn(context))
    : { redirect };
}

/** Takes the user's decision, with the answers to the merchant's questions. */
export async function submitConsent(
  context: TimedContext,
  form: Parameters,
): Promise<PageResponse> {
  const action = form.get("action");
  if (action === "decline") return finish(context, "consent", declined);
  const remembered = action === "forget" && (await rememberedBy(context));
  if (remembered) return forget(context, remembered);
  if (action !== "accept") {
    throw new PageRefusal(
      malformedRequest("The parameter 'action' must be 'accept' or 'decline'."),
      diagnoseConsentAnswer(action),
    );
  }
  const state = await consentStateOn(context);
  const ticks = ticksIn(state.questions, form);
  const isComplete = findTickMistakes(state.questions, ticks).length === 0;
  if (isComplete) return finish(context, "consent", accepted(answersWith(state.questions, ticks)));
  const redirect = returnUrl(context.exchange.endpoints, context.login);
  return redirect === undefined ? consentPage(context, state, ticks) : { redirect };
}

/** The browser that said whose login it is; undefined where the user has confirmed it in the app. */
async function rememberedBy({
  exchange,
  login,
  session,
}: TimedContext): Promise<Browser | undefined> {
  if (session === undefined || login.challenge) return undefined;
  const browser = await exchange.sandbox.store.browsers.get(session);
  return browser?.user === login.user ? browser : undefined;
}

/** Somebody else sits at this browser: it remembers nobody any more, and the login begins again. */
async function forget({ exchange, login }: TimedContext, browser: Browser): Promise<PageResponse> {
  const { logins, browsers } = exchange.sandbox.store;
  await browsers.take(browser.id);
  await logins.take(login.id);
  return { redirect: `${exchange.endpoints.front}${PATHS.authorize}?${login.request.query}` };
}

/**
 * The page with the values that will be shared and the merchant's questions; with the boxes as the user
 * left them after one was missed.
 *
 * @throws RedirectRefusal when the user was removed
 */
async function consentPage(
  context: TimedContext,
  { consented, questions }: ConsentState,
  ticked?: Ticks,
): Promise<PageResponse> {
  const { exchange, language, login, user } = context;
  if (!user) throw userRemoved(login);
  const model = {
    language,
    salesUnit: salesUnitName(context),
    action: `${exchange.endpoints.front}${PATHS.consent}`,
    consentChallenge: login.consentChallenge ?? "",
    user: personOf(user),
    items: sharedItems(user, sharedScopes(login.request.grantedScopes, consented)),
    ...questionViews(questions, ticked ?? {}),
    remembered: (await rememberedBy(context)) !== undefined,
    callsApp: callsApp(login),
    developers: await forDevelopers(context),
    problem: ticked !== undefined,
  };
  return show("consent", model, ticked ? 400 : 200);
}

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
  const { heading, text = "", termsDescription, links, consents } = asked;
  return {
    id: "delegated-consents",
    language: languageOf(asked),
    title: heading,
    intro: text,
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

/** The boxes that the user ticked. */
export function ticksIn(
  questions: Answers,
  form: { get(name: string): string | null | undefined },
): Ticks {
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
