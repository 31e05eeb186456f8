import type { AccessToken } from "../../records/session.ts";
import type { EpochSeconds } from "../../records/time.ts";
import { readableUntil } from "../../rules/retention.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { readabilityOf } from "../../sessions/consents.ts";
import { keepStatistics } from "../../sessions/statistics.ts";

/** What ends by the sandbox's clock, for those who move it. */

/** Something with a lifetime. */
export interface Ending {
  readonly kind:
    | "login"
    | "phone-login"
    | "code"
    | "access-token"
    | "platform-token"
    | "session"
    | "fault";
  /** The login's challenge or id, the code, the token, the id of the session or the fault. */
  readonly id: string;
  /** The user's id; left out while nobody knows whose login it is, and by a fault of every user. */
  readonly user?: string;
  /** Left out by a fault of every client. */
  readonly clientId?: string;
  /** From when on it is worthless. */
  readonly at: EpochSeconds;
}

type Place = Pick<Sandbox, "store" | "switches">;

/**
 * The waiting logins of both kinds, unused codes, tokens, readable sessions and faults in force
 * that end then, in the order in which they do.
 */
export async function findEndings(
  sandbox: Place,
  within: { readonly after?: EpochSeconds; readonly upTo: EpochSeconds },
): Promise<Ending[]> {
  const all = await Promise.all([
    loginEndings(sandbox),
    phoneLoginEndings(sandbox),
    codeEndings(sandbox),
    tokenEndings(sandbox),
    platformTokenEndings(sandbox),
    sessionEndings(sandbox),
    faultEndings(sandbox),
  ]);
  return all
    .flat()
    .filter(({ at }) => at <= within.upTo && (within.after === undefined || within.after < at))
    .sort((one, other) => one.at - other.at);
}

/**
 * Removes what is past, so that a clock that is set back does not bring it to life again; what has
 * appeared in the statistics stays there.
 */
export async function forgetEnded(sandbox: Place, now: EpochSeconds): Promise<void> {
  const { logins, phoneLogins, codes, accessTokens, platformTokens, sessions, faults } =
    sandbox.store;
  const collections = {
    login: logins,
    "phone-login": phoneLogins,
    code: codes,
    "access-token": accessTokens,
    "platform-token": platformTokens,
    session: sessions,
    fault: faults,
  };
  for (const { kind, id } of await findEndings(sandbox, { upTo: now })) {
    await collections[kind].take(id);
  }
  await keepStatistics(sandbox, now);
}

/** A login that has failed is over already. */
async function loginEndings({ store }: Place): Promise<Ending[]> {
  const { items } = await store.logins.list();
  return items
    .filter(({ failure }) => failure === undefined)
    .map(({ id, user, request, expiresAt }) => ({
      kind: "login",
      id,
      clientId: request.clientId,
      at: expiresAt,
      ...(user !== undefined && { user }),
    }));
}

/** One that has failed, or whose tokens or code were given, is over already. */
async function phoneLoginEndings({ store }: Place): Promise<Ending[]> {
  const { items } = await store.phoneLogins.list();
  return items
    .filter(({ failure, redeemedAt, redirectUri, approval }) => {
      const handedOver = redirectUri === undefined ? redeemedAt : approval;
      return failure === undefined && handedOver === undefined;
    })
    .map(({ id, user, clientId, expiresAt }) => ({
      kind: "phone-login",
      id,
      user,
      clientId,
      at: expiresAt,
    }));
}

async function codeEndings({ store }: Place): Promise<Ending[]> {
  const { items } = await store.codes.list();
  const endings = items
    .filter(({ usedAt }) => usedAt === undefined)
    .map(async ({ code, session, clientId, expiresAt }): Promise<Ending> => {
      const user = (await store.sessions.get(session))?.user;
      const common = { kind: "code", id: code, clientId, at: expiresAt } as const;
      return user === undefined ? common : { ...common, user };
    });
  return Promise.all(endings);
}

async function tokenEndings(sandbox: Place): Promise<Ending[]> {
  const { items } = await sandbox.store.accessTokens.list();
  return (await Promise.all(items.map((token) => tokenEnding(sandbox, token)))).flat();
}

/** A revoked consent moves the end; a token that opens nothing is over already. */
async function tokenEnding(sandbox: Place, token: AccessToken): Promise<Ending[]> {
  const session = await sandbox.store.sessions.get(token.session);
  const readability = session && (await readabilityOf(sandbox, token, session));
  if (!readability) return [];
  const { user, clientId } = session;
  const at = readableUntil(readability);
  return [{ kind: "access-token", id: token.token, user, clientId, at }];
}

async function platformTokenEndings({ store }: Place): Promise<Ending[]> {
  const { items } = await store.platformTokens.list();
  return items.map(({ token, clientId, expiresAt }) => ({
    kind: "platform-token",
    id: token,
    clientId,
    at: expiresAt,
  }));
}

/** A session that is not even remembered cannot be read by its `sub` nor by any token. */
async function sessionEndings({ store }: Place): Promise<Ending[]> {
  const { items } = await store.sessions.list();
  return items.map(({ id, user, clientId, forgetAt }) => ({
    kind: "session",
    id,
    user,
    clientId,
    at: forgetAt,
  }));
}

/** A fault that has hit as often as it may is over already. */
async function faultEndings({ store }: Place): Promise<Ending[]> {
  const { items } = await store.faults.list();
  return items.flatMap(({ id, match: { clientId, user }, times, hits, expiresAt }): Ending[] => {
    if (expiresAt === undefined || (times !== undefined && hits >= times)) return [];
    const whose = {
      ...(clientId !== undefined && { clientId }),
      ...(user !== undefined && { user }),
    };
    return [{ kind: "fault", id, ...whose, at: expiresAt }];
  });
}
