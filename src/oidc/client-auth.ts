import { diagnoseNoCredentials, diagnoseUndecodable } from "../rules/protocol.ts";
import { unescapeQuery } from "./encoding.ts";
import { JsonRefusal, oauthError } from "./errors.ts";
import { hintOf } from "./hints.ts";
import type { Parameters } from "./params.ts";

/** The ways of client authentication (OpenID Connect Core §9). */
type AuthMethod = "client_secret_basic" | "client_secret_post";

/** What a client brought to prove who it is; not yet compared with anything. */
export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  /** Every method the request used: Basic and a secret in the body can stand side by side. */
  readonly methods: readonly AuthMethod[];
}

/**
 * Reads the credentials as fosite does: Basic wins, and its two parts are form-decoded
 * (RFC 6749 §2.3.1); otherwise the body counts. A bare client_id in the body beside Basic is fine.
 *
 * @throws JsonRefusal invalid_request when there are none, or Basic cannot be decoded
 */
export function readCredentials(
  authorization: string | undefined,
  parameters: Parameters,
): Credentials {
  const bodyId = parameters.get("client_id");
  const bodySecret = parameters.get("client_secret");
  const usesPost = bodyId !== undefined && bodySecret !== undefined;
  const basic = parseBasic(authorization);
  if (basic) {
    return {
      clientId: decodePart(basic.id, "id"),
      secret: decodePart(basic.secret, "secret"),
      methods: usesPost ? ["client_secret_post", "client_secret_basic"] : ["client_secret_basic"],
    };
  }
  if (bodyId === undefined) {
    throw new JsonRefusal(
      oauthError("invalid_request", hintOf("no_credentials")),
      diagnoseNoCredentials(authorization),
    );
  }
  return {
    clientId: bodyId,
    secret: bodySecret ?? "",
    methods: usesPost ? ["client_secret_post"] : [],
  };
}

/** The access token in it (RFC 6750 §2.1); undefined when it is not in that form. */
export function readBearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
}

/** Go's BasicAuth: the scheme in any case, strict base64 with padding, a colon inside. */
export function parseBasic(
  authorization: string | undefined,
): { id: string; secret: string } | undefined {
  const encoded = /^basic (.*)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined || Buffer.from(encoded, "base64").toString("base64") !== encoded) {
    return undefined;
  }
  const pair = Buffer.from(encoded, "base64").toString();
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : { id: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}

function decodePart(part: string, what: "id" | "secret"): string {
  try {
    return unescapeQuery(part);
  } catch {
    throw new JsonRefusal(
      oauthError("invalid_request", hintOf("undecodable_credentials", { part: what })),
      diagnoseUndecodable(what),
    );
  }
}
