import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { AuthReqId, CodeValue, LoginId, SessionId } from "../records/ids.ts";
import type { CodeGrant, Session } from "../records/session.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, HOUR } from "../records/time.ts";
import { RETENTION } from "../rules/retention.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { subjectAt } from "../sandbox/users.ts";
import type { Collection } from "../store/store.ts";
import { insertOnce } from "../store/store.ts";
import type { ConsentingLogin } from "./consents.ts";
import { recordConsent } from "./consents.ts";
import { countLogin } from "./statistics.ts";

/** The end of a successful login: the consent is recorded, the session begins, the code is issued. */

/** How long a used code is remembered, so that its second use is recognised. */
const CODE_MEMORY = HOUR;

/** A login that has all it needs for its session, whichever way its user came. */
export interface SuccessfulLogin extends ConsentingLogin {
  /** Left out where no login led there. */
  readonly id?: LoginId;
  readonly request: Pick<AuthorizationRequest, "clientId" | "msn" | "grantedScopes">;
  /** The id of the session, if it was chosen beforehand; a session that exists is not made again. */
  readonly session?: SessionId;
  /** Set where a payment led there. */
  readonly payment?: true;
}

/** A login that has all it needs for its code. */
export interface CompletedLogin extends SuccessfulLogin {
  readonly request: SuccessfulLogin["request"] &
    Pick<AuthorizationRequest, "redirectUri" | "nonce" | "codeChallenge" | "acr">;
  readonly startedAt: EpochSeconds;
  readonly authenticatedAt: EpochSeconds;
  /** The code, if it was chosen beforehand. */
  readonly code?: CodeValue;
  /** What the merchant of a login from phone number knows it by. */
  readonly authReqId?: AuthReqId;
}

export async function issueCode(
  sandbox: IssuingSandbox,
  login: CompletedLogin,
  now: EpochSeconds,
): Promise<CodeValue> {
  const session = await beginSession(sandbox, login, now);
  return (await grantCode(sandbox, login, session, now)).code;
}

type IssuingSandbox = Pick<Sandbox, "store" | "ids" | "switches">;

/** Records the consent, begins the session, and counts it if it is that of a login. */
export async function beginSession(
  sandbox: IssuingSandbox,
  login: SuccessfulLogin,
  now: EpochSeconds,
  tokenLifetime: Seconds = sandbox.switches.accessTokenLifetime,
): Promise<Session> {
  const { sessions } = sandbox.store;
  const { codeLifetime } = sandbox.switches;
  const { request, user, merchant, answers } = login;
  const known = login.session && (await sessions.get(login.session));
  if (known) return known;
  const consent = await recordConsent(sandbox, login, now);
  const session: Session = {
    id: login.session ?? (sandbox.ids.id() as SessionId),
    sid: sandbox.ids.uuid(),
    user: user.id,
    msn: request.msn,
    clientId: request.clientId,
    subject: subjectAt(sandbox, user, { merchant, msn: request.msn }),
    scopes: request.grantedScopes,
    beganAt: now,
    ...answers,
    forgetAt: after(now, Math.max(RETENTION, codeLifetime + tokenLifetime)),
    ...(consent && { consent: consent.id }),
    ...(login.id !== undefined && { login: login.id }),
    ...(login.payment && { payment: true }),
  };
  const inserted = await insertFirst(sessions, session, login.session);
  // Whoever inserted the same session at the same time has counted it.
  if (inserted && !login.payment) await countLogin(sandbox, session);
  return inserted ? session : ((await sessions.get(session.id)) ?? session);
}

/** An authorization code for the session, stored. */
export async function grantCode(
  sandbox: IssuingSandbox,
  { id, request, startedAt, authenticatedAt, code, authReqId }: CompletedLogin,
  session: Session,
  now: EpochSeconds,
): Promise<CodeGrant> {
  const { codeLifetime } = sandbox.switches;
  const grant: CodeGrant = {
    code: code ?? (sandbox.ids.token() as CodeValue),
    session: session.id,
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    requestedAt: startedAt,
    authenticatedAt,
    expiresAt: after(now, codeLifetime),
    forgetAt: after(now, Math.max(CODE_MEMORY, codeLifetime)),
    ...(id !== undefined && { login: id }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.acr !== undefined && { acr: request.acr }),
    ...(request.codeChallenge !== undefined && { codeChallenge: request.codeChallenge }),
    ...(authReqId !== undefined && { authReqId }),
  };
  const { codes } = sandbox.store;
  if (await insertFirst(codes, grant, code)) return grant;
  return (await codes.get(grant.code)) ?? grant;
}

/**
 * Adds a record, if it was not added before under the key that was chosen for it. A key that was only
 * just made up must be new: the record that had it would be another login's.
 *
 * @throws ConflictError when it is not
 */
async function insertFirst<Item>(
  collection: Pick<Collection<Item>, "insert">,
  item: Item,
  chosen: string | undefined,
): Promise<boolean> {
  if (chosen !== undefined) return (await insertOnce(collection, item)) !== undefined;
  await collection.insert(item);
  return true;
}
