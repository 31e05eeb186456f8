import type {} from "fastify";
import type { ReturnAddress } from "../oidc/errors.ts";
import type { ResponseParameters } from "../oidc/redirect.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";

/** What the mock adds to the framework's requests and routes. */

/** How a route fails: in whose form its errors are. The responses are in http/errors.ts. */
export type FailureMode =
  | "page"
  | "json"
  | "ciba"
  | "bearer"
  | "hydra-bearer"
  | "platform"
  | "gateway"
  | "problem"
  | "plain";

declare module "fastify" {
  interface FastifyRequest {
    exchange: Exchange;
    /** The address at which the mock was called, as request/base.ts finds it. */
    base: string;
    /** The bytes of the body as they came, for the request log; undefined where none were read. */
    rawBody: Uint8Array | undefined;
    /** Whether the request log has it. */
    recorded: boolean;
  }
  interface FastifyReply {
    /** Sends the page whose form brings an authorization response to the redirect URI. */
    sendFormPost(to: ReturnAddress, response: ResponseParameters): Promise<FastifyReply>;
  }
  interface FastifyContextConfig {
    failure?: FailureMode;
    /** The endpoint's name; routes without one are not logged, and no fault hits them. */
    endpoint?: EndpointName;
    /**
     * Set where the route asks no store: it responds also while that is away. For the default sandbox its
     * requests have no exchange.
     */
    storeless?: true;
    /** The paths that a route with a wildcard has, for those who ask for something else. */
    paths?: readonly string[];
  }
}
