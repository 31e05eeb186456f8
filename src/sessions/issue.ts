import type { Answers } from "../records/answers.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Consent } from "../records/consent.ts";
import type { AuthReqId, CodeValue, ConsentId, LoginId, SessionId } from "../records/ids.ts";
import type { CodeGrant, Session } from "../records/session.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, HOUR, MINUTE } from "../records/time.ts";
import type { User } from "../records/user.ts";
import { mustAskConsent, scopesNeedingConsent } from "../rules/consent.ts";
import { answeredScopes } from "../rules/questions.ts";
import { RETENTION } from "../rules/retention.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { subjectAt } from "../sandbox/subjects.ts";
import { activeConsentKey } from "../store/collections.ts";
import { insertOnce } from "../store/insert-once.ts";
import { ConflictError } from "../store/store.ts";
import { countLogin } from "./statistics.ts";

/** The end of a successful login: the consent is on record, the session begins, the code is made. */

/** Lifetime of an authorization code in seconds (dossier §2.6). */
const CODE_LIFETIME = 10 * MINUTE;

/** A used code is remembered this long, so that its second use is known for what it is. */
const CODE_MEMORY = HOUR;

/** A login that has all it needs for its session, whichever way its user came. */
export interface SuccessfulLogin {
  /** Left out where no login led there. */
  readonly id?: LoginId;
  readonly request: Pick<AuthorizationRequest, "clientId" | "msn" | "grantedScopes">;
  readonly merchant: string;
  readonly user: User;
  /**
   * The ids of its session and of the consent that may have to be written, where somebody knows them
   * already; what is there by such an id is not made again.
   */
  readonly session?: SessionId;
  readonly consent?: ConsentId;
  /** What the user answered for the merchant; left out where nothing was asked. */
  readonly answers?: Answers;
  /** Set where a payment led there. */
  readonly payment?: true;
}

/** A login that has all it needs for its code. */
export interface CompletedLogin extends SuccessfulLogin {
  readonly request: SuccessfulLogin["request"] &
    Pick<AuthorizationRequest, "redirectUri" | "nonce" | "codeChallenge" | "acr">;
  readonly startedAt: EpochSeconds;
  readonly authenticatedAt: EpochSeconds;
  /** The value of its code, likewise. */
  readonly code?: CodeValue;
  /** What the merchant of a login from phone number knows it by. */
  readonly authReqId?: AuthReqId;
}

export async function issueCode(
  sandbox: Place,
  login: CompletedLogin,
  now: EpochSeconds,
): Promise<CodeValue> {
  const session = await beginSession(sandbox, login, now);
  return (await grantCode(sandbox, login, session, now)).code;
}

/** What the end of a login needs of its sandbox. */
type Place = Pick<Sandbox, "store" | "ids" | "switches">;

/** Puts the consent on record, begins the session and counts it, if it is that of a login. */
export async function beginSession(
  sandbox: Place,
  login: SuccessfulLogin,
  now: EpochSeconds,
  tokenLifetime: Seconds = sandbox.switches.accessTokenLifetime,
): Promise<Session> {
  const { sessions } = sandbox.store;
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
    userData: user,
    scopes: request.grantedScopes,
    beganAt: now,
    ...answers,
    forgetAt: after(now, Math.max(RETENTION, CODE_LIFETIME + tokenLifetime)),
    ...(consent && { consent: consent.id }),
    ...(login.id !== undefined && { login: login.id }),
    ...(login.payment && { payment: true }),
  };
  const inserted = await insertOnce(sessions, session);
  // Who made the same one at the same time has counted it.
  if (inserted && !login.payment) await countLogin(sandbox, session);
  return inserted ? session : ((await sessions.get(session.id)) ?? session);
}

/** An authorization code for the session, stored. */
export async function grantCode(
  sandbox: Pick<Sandbox, "store" | "ids">,
  { id, request, startedAt, authenticatedAt, code, authReqId }: CompletedLogin,
  session: Session,
  now: EpochSeconds,
): Promise<CodeGrant> {
  const grant: CodeGrant = {
    code: code ?? (sandbox.ids.token() as CodeValue),
    session: session.id,
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    requestedAt: startedAt,
    authenticatedAt,
    expiresAt: after(now, CODE_LIFETIME),
    forgetAt: after(now, CODE_MEMORY),
    ...(id !== undefined && { login: id }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.acr !== undefined && { acr: request.acr }),
    ...(request.codeChallenge !== undefined && { codeChallenge: request.codeChallenge }),
    ...(authReqId !== undefined && { authReqId }),
  };
  await insertOnce(sandbox.store.codes, grant);
  return grant;
}

/** Finds the consent that covers the login, widens it, or writes a new one. */
async function recordConsent(
  sandbox: Pick<Sandbox, "store" | "ids">,
  login: SuccessfulLogin,
  now: EpochSeconds,
): Promise<Consent | undefined> {
  const { consents } = sandbox.store;
  const scopes = scopesNeedingConsent(login.request.grantedScopes);
  if (scopes.length === 0) return undefined;
  const written = login.consent && (await consents.get(login.consent));
  if (written) return written;
  const standing = await consents.find("active", activeConsentKey(login.user.id, login.merchant));
  const { msn } = login.request;
  const answered = answeredScopes(login.answers ?? {}).map((scope) => ({ msn, scope }));
  const covered = answered.length === 0 && !mustAskConsent(scopes, standing?.scopes ?? []);
  if (standing && covered) return standing;
  if (standing) {
    const widened = await consents.update(standing.id, (current) =>
      current.revokedAt === undefined ? widenedBy(current, scopes, answered, now) : undefined,
    );
    if (widened) return widened;
  }
  const consent: Consent = {
    id: login.consent ?? (sandbox.ids.id() as ConsentId),
    user: login.user.id,
    merchant: login.merchant,
    scopes,
    givenAt: now,
    ...(answered.length > 0 && { answered }),
  };
  try {
    await consents.insert(consent);
    return consent;
  } catch (error) {
    // Another login of the same user came first; its consent is the standing one now.
    if (error instanceof ConflictError) return recordConsent(sandbox, login, now);
    throw error;
  }
}

function widenedBy(
  current: Consent,
  scopes: readonly string[],
  answered: NonNullable<Consent["answered"]>,
  now: EpochSeconds,
): Consent {
  const { answered: before = [] } = current;
  const news = answered.filter(
    ({ msn, scope }) => !before.some((one) => one.msn === msn && one.scope === scope),
  );
  const all = [...before, ...news];
  return {
    ...current,
    scopes: [...new Set([...current.scopes, ...scopes])],
    givenAt: now,
    ...(all.length > 0 && { answered: all }),
  };
}
