import type { LoggedRequest } from "../control/types.ts";
import type { DiagnosisView } from "../pages/diagnosis.ts";
import { diagnosisView } from "../pages/diagnosis.ts";
import { shellQuoted } from "./api.ts";
import { clientNames } from "./clients.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import { statusOf, whatOf } from "./log.ts";
import type { Page } from "./page.ts";

/** One request: first why it was refused, then what was sent and what came back. */

interface LogEntryView {
  readonly what: string;
  readonly status: string;
  readonly at: Moment;
  readonly duration: number;
  readonly client: string;
  /** The sales unit's page; empty where it is not known. */
  readonly clientHref: string;
  readonly user: string;
  readonly userHref: string;
  readonly loginHref: string;
  readonly scenario: string;
  readonly fault: string;
  readonly diagnosis: DiagnosisView | null;
  readonly notes: readonly DiagnosisView[];
  readonly url: string;
  readonly parameters: readonly Field[];
  readonly request: MessageView;
  readonly response: MessageView | null;
  readonly curl: string;
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

export interface MessageView {
  readonly headers: readonly Field[];
  readonly body: string;
}

export const logEntryPage: Page = {
  async show(visit) {
    const { api, exchange, params, root } = visit;
    const entry = await api.get<LoggedRequest>(["requests", params["id"] ?? ""]);
    const { at, duration, clientId = "", user = "", login, diagnosis, notes, url } = entry;
    const name = (await clientNames(visit)).get(clientId);
    const model: LogEntryView = {
      what: whatOf(entry),
      status: statusOf(entry),
      at: moment(at, exchange.now),
      duration,
      client: name ?? clientId,
      clientHref:
        name === undefined ? "" : `${root}portal?clientId=${encodeURIComponent(clientId)}`,
      user,
      userHref: user === "" ? "" : `${root}portal/people/${encodeURIComponent(user)}`,
      loginHref: login === undefined ? "" : `${root}log/login/${encodeURIComponent(login)}`,
      scenario: entry.scenario ?? "",
      fault: entry.fault ?? "",
      diagnosis: diagnosis ? diagnosisView(diagnosis) : null,
      notes: notes.map(diagnosisView),
      url,
      parameters: [...new URL(url).searchParams].map(([key, value]) => ({ name: key, value })),
      request: messageView(entry.request),
      response: entry.response ? messageView(entry.response) : null,
      curl: asSent(entry),
    };
    return { view: "log-entry", title: `${model.what} ${model.status}`, section: "log", model };
  },
};

export function messageView({ headers, body, bodyBase64 }: LoggedRequest["request"]): MessageView {
  return {
    headers: Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value) => ({ name, value })),
    ),
    body: body ?? (bodyBase64 === undefined ? "" : `base64: ${bodyBase64}`),
  };
}

/** What curl sets by itself, or what belongs to the connection. */
const OF_THE_CONNECTION = ["host", "connection", "content-length", "accept-encoding", "user-agent"];

/** The command that sends the same once more. Secrets are masked in it where the log masks them. */
function asSent({ method, url, request }: LoggedRequest): string {
  const { headers, body, bodyBase64 } = request;
  const hasBody = body !== undefined || bodyBase64 !== undefined;
  const words = ["curl", "-i"];
  // Brackets and braces are for curl to expand, if nobody says otherwise.
  if (/[[\]{}]/.test(url)) words.push("-g");
  if (method !== (hasBody ? "POST" : "GET")) words.push("-X", method);
  words.push(shellQuoted(url));
  for (const [name, values] of Object.entries(headers)) {
    if (OF_THE_CONNECTION.includes(name)) continue;
    for (const value of [values].flat()) words.push("-H", shellQuoted(`${name}: ${value}`));
  }
  // Raw, because a body that begins with @ would be the name of a file here.
  if (body !== undefined) words.push("--data-raw", shellQuoted(body));
  if (bodyBase64 === undefined) return words.join(" ");
  const bytes = `printf %s ${shellQuoted(bodyBase64)} | base64 -d`;
  return `${bytes} | ${[...words, "--data-binary", "@-"].join(" ")}`;
}
