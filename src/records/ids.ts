import type { Brand } from "./brand.ts";

export type SandboxId = Brand<string, "SandboxId">;

/** The name of all records that a sandbox has at a time; a reset goes over to those of another one. */
export type GenerationId = Brand<string, "GenerationId">;

export type AuthReqId = Brand<string, "AuthReqId">;

export type LoginId = Brand<string, "LoginId">;

export type SessionId = Brand<string, "SessionId">;

export type ConsentId = Brand<string, "ConsentId">;

export type BrowserId = Brand<string, "BrowserId">;

export type ScenarioId = Brand<string, "ScenarioId">;

export type FaultId = Brand<string, "FaultId">;

export type RequestId = Brand<string, "RequestId">;

export type WebhookId = Brand<string, "WebhookId">;

export type DeliveryId = Brand<string, "DeliveryId">;

export type CodeValue = Brand<string, "CodeValue">;

export type AccessTokenValue = Brand<string, "AccessTokenValue">;

export type PlatformTokenValue = Brand<string, "PlatformTokenValue">;
