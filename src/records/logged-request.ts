import type { Diagnosis } from "./diagnosis.ts";
import type { RequestId } from "./ids.ts";
import type { EpochSeconds } from "./time.ts";
import type { EndpointName } from "./vocabulary.ts";

/** One exchange with a merchant's application or a user's browser, as the request log keeps it. */
export interface LoggedRequest {
  readonly id: RequestId;
  /** When it came, by the sandbox's clock. */
  readonly at: EpochSeconds;
  readonly method: string;
  /** The whole URL as it was called, the sandbox's prefix included. */
  readonly url: string;
  /** Left out for the error page, and where nothing is at that address. */
  readonly endpoint?: EndpointName;
  /** Left out, with `response`, when the connection broke before there was a response. */
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
  readonly request: LoggedMessage;
  readonly response?: LoggedMessage;
  /** Whether somebody took it (`POST requests/take`). */
  readonly taken: boolean;
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
