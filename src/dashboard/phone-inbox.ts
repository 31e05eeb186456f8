import type { Login, SalesUnit } from "../control/types.ts";
import { questionViews, ticksIn } from "../pages/consent-page.ts";
import { sharedItems } from "../pages/page-context.ts";
import { asked, labelled } from "../pages/render.ts";
import type { Answers } from "../records/answers.ts";
import { epochSeconds } from "../records/time.ts";
import { ASKING_SCOPES } from "../records/vocabulary.ts";
import { questionsOf } from "../rules/questions.ts";
import { unitOfClient } from "./clients.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import type { PhoneContext } from "./phone-place.ts";
import { phonePath } from "./phone-place.ts";
import type { AppStatus } from "./phone-screens.ts";
import { appStatus } from "./phone-screens.ts";

/** The first screen of a phone: the login that waits for its user, one question at a time. */

export interface InboxView {
  /** How many logins ask something here. */
  readonly count: number;
  readonly login: LoginView | null;
  /** What became of the last one, where no other one waits. */
  readonly said: Record<Said, boolean> | null;
  /** What keeps the user from logging in; null where nothing does. */
  readonly trouble: AppStatus | null;
  readonly others: readonly {
    readonly href: string;
    readonly salesUnit: string;
    readonly bindingMessage: string;
    readonly runsOut: Moment;
  }[];
  readonly href: string;
}

interface LoginView {
  readonly id: string;
  readonly salesUnit: string;
  /** What the screen asks; of these one is true. */
  readonly asks: {
    readonly number: boolean;
    /** A plain yes to the login. */
    readonly login: boolean;
    /** A yes to sharing data. */
    readonly consent: boolean;
    /** Nothing more: the browser asks. */
    readonly nothing: boolean;
  };
  readonly choices: readonly number[];
  readonly bindingMessage: string;
  readonly appTokenError: boolean;
  /** Where a yes leads to the question after it; empty where it is the last one. */
  readonly next: string;
  /** Whether the yes is one to all that is asked. */
  readonly isWhole: boolean;
  readonly items: ReturnType<typeof labelled>["items"];
  readonly questions: ReturnType<typeof asked>["questions"];
  readonly confirm: ReturnType<typeof asked>["confirm"];
  /** A box was left unticked that is required. */
  readonly problem: boolean;
  readonly isInBrowser: boolean;
}

/** What can become of a login, as its user's phone says it. */
const SAID = ["confirmed", "cancelled", "wrong", "outdated", "ranOut"] as const;

export type Said = (typeof SAID)[number];

export async function inboxOf(
  context: PhoneContext,
  waiting: readonly Login[],
): Promise<InboxView> {
  const { place, visit } = context;
  const clientIds = [...new Set(waiting.map(({ clientId }) => clientId))];
  const units = await Promise.all(clientIds.map((id) => unitOfClient(visit.api, id)));
  const unitOf = ({ clientId }: Login) => units.find((unit) => unit?.clientId === clientId);
  // The newest is what its user has just begun; what the browser asks, the phone only tells.
  const open = waiting.filter(isOpen).reverse();
  const asking = open.filter((login) => !asksNothing(login));
  const sorted = [...asking, ...open.filter(asksNothing)];
  const login = sorted.find(({ id }) => id === place.login) ?? sorted[0];
  const others = sorted.filter((one) => one !== login);
  const said = SAID.find((name) => name === place.said);
  return {
    count: asking.length,
    login: login ? loginView(context, login, unitOf(login)) : null,
    said: login || !said ? null : saying(said),
    trouble: context.user.status === "active" ? null : appStatus(context.user),
    others: others.map((one) => ({
      href: `${visit.root}${phonePath(place, { login: one.id })}`,
      salesUnit: unitOf(one)?.name ?? one.clientId,
      bindingMessage: one.bindingMessage ?? "",
      runsOut: moment(one.expiresAt, visit.exchange.now),
    })),
    href: `${visit.root}${phonePath(place)}`,
  };
}

function saying(said: Said): Record<Said, boolean> {
  const none = { confirmed: false, cancelled: false, wrong: false, outdated: false, ranOut: false };
  return { ...none, [said]: true };
}

/** Whether its user is still to be asked something: where the consent stands, the browser goes on at once. */
function isOpen({ status, consent }: Login): boolean {
  return status === "confirm" || consent !== undefined;
}

function asksNothing({ status, consent }: Login): boolean {
  return status === "consent" && consent?.in === "browser";
}

function loginView(
  context: PhoneContext,
  login: Login,
  salesUnit: SalesUnit | undefined,
): LoginView {
  const { place, user, language, visit } = context;
  const { id, flow, status, consent, choices = [], bindingMessage = "" } = login;
  const isInBrowser = flow === "browser";
  const questions = questionsIn(context, login, salesUnit);
  const hasQuestions = Object.keys(questions).length > 0;
  // A confirmation on one device is a yes to sharing too, unless the merchant has questions of its own.
  const withItems = isInBrowser && consent?.in === "app" && !hasQuestions;
  const isAsked = consent?.in === "app" && (status === "consent" || place.step === "consent");
  const kind =
    status === "consent"
      ? isAsked
        ? "consent"
        : "nothing"
      : choices.length > 0
        ? "number"
        : !isInBrowser && isAsked
          ? "consent"
          : "login";
  const showsConsent = kind === "consent" || (kind === "login" && withItems);
  const isRefused = visit.form.get("login") === id && visit.form.get("action") === "approve";
  const ticks = isRefused ? ticksIn(questions, visit.form) : {};
  const views = questionViews(kind === "consent" ? questions : {}, ticks);
  return {
    id,
    salesUnit: salesUnit?.name ?? login.clientId,
    asks: {
      number: kind === "number",
      login: kind === "login",
      consent: kind === "consent",
      nothing: kind === "nothing",
    },
    choices,
    bindingMessage,
    appTokenError: login.appTokenError ?? false,
    next:
      !isInBrowser && kind === "login" && consent
        ? `${visit.root}${phonePath(place, { login: id, step: "consent" })}`
        : "",
    isWhole: !isInBrowser || kind === "consent",
    items: labelled({
      language,
      items: showsConsent ? sharedItems(user, consent?.scopes ?? []) : [],
    }).items,
    ...asked({ ...views, problem: isRefused }),
    problem: isRefused,
    isInBrowser,
  };
}

/** What the merchant asks in this login, in the phone's language. */
function questionsIn(
  { language, visit }: PhoneContext,
  { questions = {} }: Pick<Login, "questions">,
  salesUnit: SalesUnit | undefined,
): Answers {
  const scopes = ASKING_SCOPES.filter((scope) => questions[scope] !== undefined);
  if (!salesUnit || scopes.length === 0) return {};
  const { switches } = visit.exchange.sandbox;
  const of = { salesUnit, switches, scopes, consented: [], language };
  return questionsOf(of, epochSeconds(0));
}
