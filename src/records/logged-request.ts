import type { Diagnosis } from "./diagnosis.ts";
import type { RequestId } from "./ids.ts";
import type { EpochSeconds } from "./time.ts";
import type { EndpointName } from "./vocabulary.ts";

/** One exchange with a merchant's application or a user's browser, as the request log shows it. */
export interface LoggedRequest extends RequestFacts, Sent {}

/**
 * The same as the log keeps it. Most exchanges nobody ever looks at: so what was sent stays as it was,
 * and is masked when somebody reads it.
 */
export interface KeptRequest extends RequestFacts {
  readonly sent: Sent;
  /** Whether `sent` can be shown as it is: it is masked already, or secrets are to stay. */
  readonly isPresentable: boolean;
}

/** What is known about an exchange. No secret is part of it. */
interface RequestFacts {
  readonly id: RequestId;
  /** When it came, by the sandbox's clock. */
  readonly at: EpochSeconds;
  readonly method: string;
  /** Left out for the error page, and where nothing is at that address. */
  readonly endpoint?: EndpointName;
  /** Left out when the connection broke before there was a response. */
  readonly status?: number;
  /** Who called: the client_id that was sent, known or not, or that of the login it is about. */
  readonly clientId?: string;
  /** The user's id. */
  readonly user?: string;
  /** Ties together the exchanges of one login, from the authorization request to userinfo. */
  readonly login?: string;
  /** Why it was refused; left out where it was not. */
  readonly diagnosis?: Diagnosis;
  /** What was noticed besides; nothing was refused because of it. */
  readonly notes: readonly Diagnosis[];
  /** The fault that hit it. */
  readonly fault?: string;
  /** The scenario that it played. */
  readonly scenario?: string;
  /** How long the response took, in milliseconds of the real time. */
  readonly duration: number;
  /** Whether somebody took it (`POST requests/take`). */
  readonly taken: boolean;
}

/** What was sent in both directions. */
export interface Sent {
  /** The whole URL as it was called, the sandbox's prefix included. */
  readonly url: string;
  readonly request: LoggedMessage;
  /** Left out, with the status, when the connection broke before there was a response. */
  readonly response?: LoggedMessage;
}

/** What was sent in one direction. */
export interface LoggedMessage {
  /** By their names in lower case. What the connection itself adds to a response is not among them. */
  readonly headers: LoggedHeaders;
  readonly body: LoggedBody;
}

/** A header that came several times has all its values. */
export type LoggedHeaders = Readonly<Record<string, string | readonly string[]>>;

/** The bytes of a body: as text where they are UTF-8, else in base64. An empty text without a body. */
export type LoggedBody =
  | { readonly text: string; readonly base64?: undefined }
  | { readonly base64: string; readonly text?: undefined };
