import { createHash } from "node:crypto";
import type { ResponseParameters } from "../oidc/redirect.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { SessionId } from "../records/ids.ts";
import type { Session } from "../records/session.ts";
import { after } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import { subjectAt } from "../sandbox/users.ts";
import type { CompletedLogin } from "../sessions/issue.ts";
import { grantCode } from "../sessions/issue.ts";
import { findFitting } from "../store/batches.ts";

/**
 * The corruptions of what the browser brings back to the application. That is where an attacker can put
 * something of his own in: what he saw of another login, or the code of one that he began himself.
 */

/** The response of a login that has got its code, with the one thing wrong that a fault asks for. */
export async function corruptResponse(
  { sandbox, now, fault }: Pick<Exchange, "sandbox" | "now" | "fault">,
  login: CompletedLogin & { readonly request: AuthorizationRequest },
  response: ResponseParameters,
): Promise<ResponseParameters> {
  switch (fault?.corrupt) {
    case "wrong_state":
      return { ...response, state: otherValue(login.request.state) };
    case "missing_code": {
      const { code: _, ...rest } = response;
      return rest;
    }
    case "other_code": {
      const code = await codeOfAnother(sandbox, login, now);
      return code === undefined ? response : { ...response, code };
    }
    default:
      return response;
  }
}

/**
 * The code of somebody else's login at the same client, from a request that had what this one has: a nonce, a
 * code challenge. Undefined where there is nobody else. No consent is recorded, because nobody gave any.
 */
async function codeOfAnother(
  sandbox: Exchange["sandbox"],
  login: CompletedLogin & { readonly request: AuthorizationRequest },
  now: Exchange["now"],
): Promise<string | undefined> {
  const { users, sessions } = sandbox.store;
  const other = await findFitting(
    users,
    ({ id, status }) => status === "active" && id !== login.user.id,
  );
  if (!other) return undefined;
  const { nonce, codeChallenge } = login.request;
  const { msn, clientId, grantedScopes: scopes } = login.request;
  const { codeLifetime, accessTokenLifetime } = sandbox.switches;
  const session: Session = {
    id: sandbox.ids.id() as SessionId,
    sid: sandbox.ids.uuid(),
    user: other.id,
    msn,
    clientId,
    subject: subjectAt(sandbox, other, { merchant: login.merchant, msn }),
    scopes,
    beganAt: now,
    forgetAt: after(now, codeLifetime + accessTokenLifetime),
  };
  await sessions.insert(session);
  const request = {
    ...login.request,
    ...(nonce !== undefined && { nonce: otherValue(nonce) }),
    ...(codeChallenge !== undefined && { codeChallenge: otherValue(codeChallenge) }),
  };
  const { id: _, ...rest } = login;
  return (await grantCode(sandbox, { ...rest, request }, session, now)).code;
}

/** As long as a code challenge, and of a request that nobody made. */
function otherValue(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}
