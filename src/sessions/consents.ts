import type { Switches } from "../profiles/profile.ts";
import type { Answers } from "../records/answers.ts";
import type { Consent } from "../records/consent.ts";
import type { ConsentId } from "../records/ids.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { AccessToken, Session } from "../records/session.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { User } from "../records/user.ts";
import { mustAskConsent, scopesNeedingConsent } from "../rules/consent.ts";
import type { Asked } from "../rules/questions.ts";
import { answeredQuestions, consentedScopes, questionsOf } from "../rules/questions.ts";
import type { Readability } from "../rules/retention.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { activeConsentKey } from "../store/collections.ts";
import { ConflictError } from "../store/store.ts";
import { queueConsentRevoked } from "../webhooks/queue.ts";

/**
 * Consents: what a user has consented to, what there is still to ask, and how a consent is recorded
 * and revoked. That a merchant's question was answered is recorded with the consent, and forgotten
 * with it.
 */

/** What a user has consented to at a sales unit, and what there is still to ask. */
export interface ConsentState {
  /** The scopes that the user need not be asked about: `mustAskConsent` takes them. */
  readonly consented: readonly string[];
  /**
   * What the user must be asked for the merchant, in the form of the answers of somebody who accepts
   * everything; empty where there is nothing.
   */
  readonly questions: Answers;
}

export async function consentStateOf(
  { store, switches }: Pick<Sandbox, "store" | "switches">,
  user: Pick<User, "id" | "language">,
  login: Pick<Asked, "scopes"> & Partial<Pick<Asked, "language">> & { salesUnit: SalesUnit },
  now: EpochSeconds,
): Promise<ConsentState> {
  const { salesUnit } = login;
  const covered = coveredBy(switches, user, salesUnit);
  const consent = await store.consents.find("active", activeConsentKey(covered));
  const consented = consentedScopes(consent, { salesUnit, switches });
  const questions = questionsOf({ language: user.language, ...login, switches, consented }, now);
  return { consented, questions };
}

/** Whose data a consent is about, and for whom: that is what makes it the same one. */
export function coveredBy(
  { consentPer }: Pick<Switches, "consentPer">,
  { id: user }: Pick<User, "id">,
  { merchant, msn }: Pick<SalesUnit, "merchant" | "msn">,
): Pick<Consent, "user" | "merchant" | "msn"> {
  return consentPer === "merchant" ? { user, merchant } : { user, merchant, msn };
}

/** A login whose user has consented. */
export interface ConsentingLogin {
  readonly request: { readonly msn: string; readonly grantedScopes: readonly string[] };
  readonly merchant: string;
  readonly user: User;
  /** The id of the consent that may have to be written, if it was chosen beforehand. */
  readonly consent?: ConsentId;
  /** What the user answered for the merchant; left out where nothing was asked. */
  readonly answers?: Answers;
}

/** Finds the consent that covers the login, widens it, or writes a new one. */
export async function recordConsent(
  sandbox: Pick<Sandbox, "store" | "ids" | "switches">,
  login: ConsentingLogin,
  now: EpochSeconds,
): Promise<Consent | undefined> {
  const { consents } = sandbox.store;
  const scopes = scopesNeedingConsent(login.request.grantedScopes);
  if (scopes.length === 0) return undefined;
  const written = login.consent && (await consents.get(login.consent));
  if (written) return written;
  const { user, merchant } = login;
  const { msn } = login.request;
  const covers = coveredBy(sandbox.switches, user, { merchant, msn });
  const active = await consents.find("active", activeConsentKey(covers));
  const answered = answeredQuestions(login.answers ?? {}).map((one) => ({ msn, ...one }));
  const covered = answered.length === 0 && !mustAskConsent(scopes, active?.scopes ?? []);
  if (active && covered) return active;
  if (active) {
    const widened = await consents.update(active.id, (current) =>
      current.revokedAt === undefined ? widenedBy(current, scopes, answered, now) : undefined,
    );
    if (widened) return widened;
  }
  const consent: Consent = {
    id: login.consent ?? (sandbox.ids.id() as ConsentId),
    ...covers,
    scopes,
    givenAt: now,
    ...(answered.length > 0 && { answered }),
  };
  try {
    await consents.insert(consent);
    return consent;
  } catch (error) {
    // Another login of the same user came first, and its consent is the active one now; or this very
    // consent was written under the id that was chosen for it. An id that was only made up must be new.
    const isAgain =
      error instanceof ConflictError && (error.index === "active" || login.consent !== undefined);
    if (isAgain) return recordConsent(sandbox, login, now);
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
  const kept = before.filter(
    ({ msn, scope }) => !answered.some((one) => one.msn === msn && one.scope === scope),
  );
  const all = [...kept, ...answered];
  return {
    ...current,
    scopes: [...new Set([...current.scopes, ...scopes])],
    givenAt: now,
    ...(all.length > 0 && { answered: all }),
  };
}

/**
 * Revokes a consent, as the user does in the app: the next login asks again, and rules/retention.ts
 * says what the merchant may still read. A consent that is revoked already stays as it is. The merchant's
 * webhooks are queued, and not waited for; those that could not be queued when it was revoked are
 * queued now.
 */
export async function revokeConsent(
  sandbox: Pick<Sandbox, "store" | "switches" | "wakeCourier">,
  id: string,
  now: EpochSeconds,
): Promise<Consent | undefined> {
  const { consents } = sandbox.store;
  const revoked = await consents.update(id, (consent) =>
    consent.revokedAt === undefined ? { ...consent, revokedAt: now, untold: true } : undefined,
  );
  const consent = revoked ?? (await consents.get(id));
  if (!consent?.untold) return consent;
  await queueConsentRevoked(sandbox, consent, now);
  // Only now: until every webhook is stored, the next call has to queue them.
  await consents.update(id, ({ untold: _, ...rest }) => rest);
  return consents.get(id);
}

/** Whether there is anything left to do for {@link revokeConsent}. */
export function canBeRevoked({ revokedAt, untold }: Consent): boolean {
  return revokedAt === undefined || untold === true;
}

/**
 * What rules/retention.ts needs to know to say how long the session may be read with the token;
 * undefined when the session's code was used twice: then the token opens nothing. The consent is the
 * session's, where it is still on record.
 */
export function readabilityOf(
  { retention }: Pick<Switches, "retention">,
  token: AccessToken,
  session: Session,
  consent: Consent | undefined,
): Readability | undefined {
  if (session.replayedAt !== undefined) return undefined;
  return {
    tokenExpiresAt: token.expiresAt,
    sessionBeganAt: session.beganAt,
    consentRevokedAt: consent?.revokedAt,
    retention,
  };
}
