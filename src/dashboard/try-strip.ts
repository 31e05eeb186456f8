import type { LoggedRequest, SalesUnit } from "../control/types.ts";
import { masked } from "../request-log/mask.ts";
import type { RequestLine } from "./log.ts";
import { statusOf } from "./log.ts";
import type { Field, MessageView } from "./log-entry.ts";
import { messageView } from "./log-entry.ts";
import type { Attempt, Check } from "./try-attempt.ts";
import { decode } from "./try-checks.ts";

/** The strip: the steps of a login as its application sees them, from the request to userinfo. */

/** A step. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly state: "good" | "bad" | "waiting";
  /** How it stands, in a word or two. */
  readonly word: string;
  /** Whether there is more of it than that. */
  readonly hasContent: boolean;
  readonly note: string;
  readonly exchanges: readonly ExchangeView[];
  readonly fields: readonly Field[];
  readonly polls: readonly RequestLine[];
  readonly token: { readonly header: string; readonly claims: string; readonly raw: string } | null;
  readonly checks: readonly (Check & { readonly word: string; readonly isBad: boolean })[];
}

/** A request of the log. */
interface ExchangeView {
  readonly href: string;
  readonly method: string;
  readonly status: string;
  readonly url: string;
  /** What is in the query, or in a form. */
  readonly parameters: readonly Field[];
  readonly sent: MessageView;
  readonly received: MessageView | null;
  /** Where it sends the browser; empty for nowhere. */
  readonly location: string;
}

/** What of a sales unit a login is told by. */
export type KnownUnit = Pick<
  SalesUnit,
  "msn" | "name" | "clientId" | "clientSecret" | "redirectUris"
>;

export interface StripContext {
  readonly attempt: Attempt;
  readonly unit: KnownUnit;
  /** Of this login, the oldest first. */
  readonly requests: readonly LoggedRequest[];
  readonly areSecretsShown: boolean;
  /** The dashboard's folder. */
  readonly root: string;
}

/** What a page with nothing to say of a step has. */
const NOTHING = {
  hasContent: false,
  note: "",
  exchanges: [],
  fields: [],
  polls: [],
  token: null,
  checks: [],
} as const;

export function browserSteps(context: StripContext): readonly Step[] {
  const { attempt, requests } = context;
  const asked = requests.find(({ endpoint }) => endpoint === "auth");
  return [
    {
      ...NOTHING,
      id: "authorize",
      title: "Authorization request",
      ...stateOf(asked, "not in the log"),
      exchanges: viewsOf(context, asked ? [asked] : []),
    },
    callbackStep(context),
    tokenStep(context),
    idTokenStep(context),
    userinfoStep(attempt.accessToken === "" ? { ...context, requests: [] } : context),
  ];
}

export function tillSteps(
  context: StripContext,
  lines: (requests: readonly LoggedRequest[]) => readonly RequestLine[],
): readonly Step[] {
  const { attempt, requests } = context;
  const asked = requests.find(({ endpoint }) => endpoint === "backchannel-authentication");
  const polled = requests.filter(({ endpoint }) => endpoint === "token");
  const isRedirect = attempt.interval === 0;
  const polls: Step = {
    ...NOTHING,
    id: "polls",
    title: "Polls",
    ...standingOf(attempt, polled),
    polls: lines(polled),
  };
  return [
    {
      ...NOTHING,
      id: "authorize",
      title: "Authentication request",
      ...stateOf(asked, "not in the log"),
      exchanges: viewsOf(context, asked ? [asked] : []),
    },
    isRedirect ? callbackStep(context) : polls,
    tokenStep(context),
    idTokenStep(context),
    userinfoStep(context),
  ];
}

/** How it stands with the polls of a till. */
function standingOf(
  { isOver }: Attempt,
  polled: readonly LoggedRequest[],
): Pick<Step, "state" | "word"> {
  if (polled.some(({ status }) => status === 200)) return { state: "good", word: "answered" };
  if (!isOver) return { state: "waiting", word: `${polled.length} so far` };
  // A request that was refused leaves nothing to poll for.
  return polled.length > 0
    ? { state: "bad", word: "ended" }
    : { state: "waiting", word: "not yet" };
}

/** Of a mistake: the requests that show it. */
export function brokenSteps(context: StripContext): readonly Step[] {
  return context.requests.map((request, index) => ({
    ...NOTHING,
    id: `request-${index + 1}`,
    title: request.endpoint === "token" ? "Token request" : "Authorization request",
    ...stateOf(request, ""),
    exchanges: viewsOf(context, [request]),
  }));
}

/** How a step stands of which there is a request, or none yet. */
function stateOf(
  request: LoggedRequest | undefined,
  missing: string,
): Pick<Step, "state" | "word"> {
  if (!request) return { state: "waiting", word: missing };
  const isBad = request.refused || (request.status ?? 500) >= 400;
  return isBad ? { state: "bad", word: "refused" } : { state: "good", word: statusOf(request) };
}

function callbackStep({ attempt, unit, areSecretsShown }: StripContext): Step {
  const { callback, kind, redirectUri } = attempt;
  const came = new URLSearchParams(callback);
  const error = came.get("error");
  const isSecret = (name: string) => name === "code" && !areSecretsShown;
  const fields = [...came].map(([name, value]) => ({
    name,
    value: isSecret(name) ? masked(value) : value,
  }));
  const common = { ...NOTHING, id: "callback", title: "Callback", fields };
  if (callback === "") {
    const isKnown = unit.redirectUris.includes(redirectUri);
    const note = isKnown
      ? `Nothing has come to ${redirectUri} yet.`
      : `${redirectUri} is not registered, so that nothing will come to it.`;
    return { ...common, state: "waiting", word: "nothing yet", note };
  }
  if (error !== null) return { ...common, state: "bad", word: error };
  const note =
    kind === "browser" ? "The state is the one that was sent." : "The code is all that comes.";
  return { ...common, state: "good", word: "a code", note };
}

function tokenStep(context: StripContext): Step {
  const asked = context.requests.filter(({ endpoint }) => endpoint === "token");
  const last = asked.at(-1);
  const isPoll = context.attempt.kind === "till" && !context.attempt.isOver;
  const shown = last && !isPoll ? last : undefined;
  return {
    ...NOTHING,
    id: "token",
    title: "Token",
    ...stateOf(shown, "not yet"),
    exchanges: viewsOf(context, shown ? [shown] : []),
  };
}

function idTokenStep({ attempt, areSecretsShown }: StripContext): Step {
  const { idToken, checks } = attempt;
  const decoded = decode(idToken);
  const failed = checks.filter(({ holds }) => holds === false);
  const common = {
    ...NOTHING,
    id: "id-token",
    title: "ID token",
    token: decoded
      ? {
          header: JSON.stringify(decoded.header, null, 2),
          claims: JSON.stringify(decoded.claims, null, 2),
          raw: areSecretsShown ? idToken : "",
        }
      : null,
    checks: checks.map((each) => ({
      ...each,
      isBad: each.holds === false,
      word: each.holds === null ? "not checked" : each.holds ? "holds" : "fails",
    })),
  };
  if (checks.length === 0) return { ...common, state: "waiting", word: "not yet" };
  if (failed.length === 0) return { ...common, state: "good", word: "every check holds" };
  const names = failed.map(({ name }) => name).join(", ");
  return { ...common, state: "bad", word: `${names} fails` };
}

function userinfoStep(context: StripContext): Step {
  const asked = context.requests.findLast(({ endpoint }) => endpoint === "userinfo");
  const isOver = context.attempt.isOver;
  return {
    ...NOTHING,
    id: "userinfo",
    title: "Userinfo",
    ...stateOf(asked, isOver ? "not read" : "not yet"),
    exchanges: viewsOf(context, asked ? [asked] : []),
  };
}

const FORM = "application/x-www-form-urlencoded";

function viewsOf(context: StripContext, requests: readonly LoggedRequest[]): ExchangeView[] {
  const reveal = revealerOf(context);
  return requests.map((request) => {
    const { id, method, url, response } = request;
    const [address = "", query = ""] = url.split("?");
    const sent = messageView(request.request);
    const isForm = sent.headers.some(({ value }) => value.startsWith(FORM));
    const pairs = new URLSearchParams(isForm ? sent.body : query);
    return {
      href: `${context.root}log/${encodeURIComponent(id)}`,
      method,
      status: statusOf(request),
      url: address,
      parameters: [...pairs].map(([name, value]) => ({ name, value: reveal(value) })),
      sent: shown(isForm ? { ...sent, body: "" } : sent, reveal),
      received: response ? shown(messageView(response), reveal) : null,
      location: reveal([response?.headers["location"] ?? ""].flat().join()),
    };
  });
}

function shown({ headers, body }: MessageView, reveal: (text: string) => string): MessageView {
  return {
    headers: headers.map(({ name, value }) => ({ name, value: reveal(value) })),
    body: reveal(readable(body)),
  };
}

/** JSON over several lines; anything else as it is. */
function readable(body: string): string {
  if (!body.startsWith("{")) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Puts the secrets that the application knows in the place of what the log has for them. */
function revealerOf({ attempt, unit, areSecretsShown }: StripContext): (text: string) => string {
  if (!areSecretsShown) return (text) => text;
  const { idToken, accessToken, verifier, authReqId, callback } = attempt;
  const code = new URLSearchParams(callback).get("code") ?? "";
  const known = [unit.clientSecret, idToken, accessToken, verifier, authReqId, code];
  const secrets = known.filter((secret) => secret !== "");
  return (text) => secrets.reduce((rest, one) => rest.replaceAll(masked(one), one), text);
}
