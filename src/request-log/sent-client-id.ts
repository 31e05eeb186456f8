import { parseBasic } from "../oidc/client-auth.ts";
import { decodeLeniently } from "../oidc/encoding.ts";

/** Where a request can name its client. */
export interface ClientNaming {
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** The header client_id, by which platform tokens are asked for. */
  readonly header?: string | undefined;
  /** The query and the form, neither of them parsed. */
  readonly texts: readonly string[];
}

/**
 * Reads who a request says it comes from, also where nothing else of it can be read: the request log
 * must find what was refused, too.
 */
export function sentClientId({ authorization, header, texts }: ClientNaming): string | undefined {
  const sent =
    parseBasic(authorization)?.id ??
    texts.map((text) => /(?:^|&)client_id=([^&]+)/.exec(text)?.[1]).find(Boolean);
  return sent === undefined ? header : decodeLeniently(sent);
}
