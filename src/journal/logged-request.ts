import type { EndpointName } from "../http/paths.ts";
import type { Diagnosis } from "../rules/rule.ts";
import type { RequestId } from "../store/store.ts";
import type { EpochSeconds } from "../time.ts";

/** One exchange with a merchant's application or a user's browser, as the request log keeps it. */
export interface LoggedRequest {
  readonly id: RequestId;
  /** By the sandbox's clock. */
  readonly at: EpochSeconds;
  /** Left out where nothing is at that address. */
  readonly endpoint?: EndpointName;
  readonly request: {
    readonly method: string;
    /** The whole URL as it was called, the sandbox's prefix included. */
    readonly url: string;
    readonly headers: LoggedHeaders;
    readonly body: LoggedBody;
  };
  /** Left out when the connection broke before there was one. */
  readonly response?: {
    readonly status: number;
    readonly headers: LoggedHeaders;
    readonly body: LoggedBody;
  };
  /** How long the answer took, in milliseconds of the real time. */
  readonly duration: number;
  readonly clientId?: string;
  /** The user's id. */
  readonly user?: string;
  /** Ties together the exchanges of one login, from the authorization request to userinfo. */
  readonly login?: string;
  readonly refused: boolean;
  /** Why it was refused. */
  readonly diagnosis?: Diagnosis;
  /** What was noticed beside: nothing was refused for it. */
  readonly notes: readonly Diagnosis[];
  /** The fault that hit it. */
  readonly fault?: string;
  /** The scenario that it played. */
  readonly scenario?: string;
  /** Whether somebody took it (`POST requests/take`). */
  readonly taken: boolean;
}

/** A header that came several times has all its values. */
export type LoggedHeaders = Readonly<Record<string, string | readonly string[]>>;

/** The bytes of a body: as text where they are UTF-8, else in base64. Left empty without a body. */
export type LoggedBody =
  | { readonly text: string; readonly base64?: undefined }
  | { readonly base64: string; readonly text?: undefined };
