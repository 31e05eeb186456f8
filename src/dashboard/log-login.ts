import type { LoggedRequest } from "../control/types.ts";
import { fromIso } from "../platform/calendar.ts";
import { clientNames } from "./clients.ts";
import type { RequestLine } from "./log.ts";
import { requestLine } from "./log.ts";
import type { Page } from "./page.ts";

/** One login, from the authorization request to userinfo. */

interface LogLoginView {
  readonly id: string;
  readonly client: string;
  readonly user: string;
  readonly outcome: string;
  readonly isRefused: boolean;
  readonly steps: readonly (RequestLine & {
    /** How long after the first one. */
    readonly after: string;
  })[];
}

export const logLoginPage: Page = {
  async show(visit) {
    const { api, params } = visit;
    const id = params["id"] ?? "";
    const requests = await api.list<LoggedRequest>(["requests"], { login: id, limit: 1000 });
    const names = await clientNames(visit);
    const start = momentOf(requests[0]);
    const steps = requests.map((request) => ({
      ...requestLine(request, names, visit),
      after: `+${momentOf(request) - start} s`,
    }));
    const model: LogLoginView = {
      id,
      client: steps.find(({ client }) => client !== "")?.client ?? "",
      user: steps.findLast(({ user }) => user !== "")?.user ?? "",
      ...outcomeOf(requests),
      steps,
    };
    return { view: "log-login", title: "How did this login go?", section: "log", model };
  },
};

function momentOf(request: LoggedRequest | undefined): number {
  return (request && fromIso(request.at)) ?? 0;
}

/** How far it came, in a sentence. */
function outcomeOf(requests: readonly LoggedRequest[]) {
  const last = requests.at(-1);
  const refusal = requests.findLast(({ refused }) => refused);
  if (refusal && last?.refused) {
    return { outcome: `It was refused: ${refusal.diagnosis?.message ?? ""}`, isRefused: true };
  }
  const has = (endpoint: LoggedRequest["endpoint"]) =>
    requests.some((one) => one.endpoint === endpoint && one.status === 200 && !one.refused);
  if (has("userinfo")) return { outcome: "The merchant has read userinfo.", isRefused: false };
  if (has("token")) return { outcome: "The merchant has its tokens.", isRefused: false };
  return { outcome: "The merchant has no tokens yet.", isRefused: false };
}
