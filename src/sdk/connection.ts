import type { TlsFacts } from "../control/types.ts";
import type { Fetch } from "./control-api.ts";

/** How a server is reached. */
export interface Connection {
  /** The server's address, without a trailing slash. */
  readonly base: string;
  readonly fetch: Fetch;
  /** The control API's bearer token. */
  readonly token: string | undefined;
  /** How a sandbox is reached over https, by its prefix; left out where this program cannot know. */
  readonly tls?: ((prefix: string) => TlsFacts | undefined) | undefined;
}

/** The id of the sandbox that is there without being made. */
export const DEFAULT_ID = "default";
