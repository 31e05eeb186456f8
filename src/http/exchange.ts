import type {} from "fastify";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { EpochSeconds } from "../time.ts";
import type { Endpoints } from "./paths.ts";

/**
 * What every request handler starts from. One request sees one moment, however long it takes, and
 * one sandbox.
 */
export interface Exchange {
  readonly sandbox: Sandbox;
  readonly now: EpochSeconds;
  readonly endpoints: Endpoints;
}

/** How a route tells its caller that something went wrong; http/errors.ts acts by it. */
export type FailureMode = "page" | "json" | "bearer" | "hydra-bearer" | "problem" | "plain";

declare module "fastify" {
  interface FastifyRequest {
    exchange: Exchange;
  }
  interface FastifyContextConfig {
    failure?: FailureMode;
  }
}
