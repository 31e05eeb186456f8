import { defined } from "../../records/defined.ts";
import type { Fault } from "../../records/fault.ts";
import type { Login } from "../../records/login.ts";
import type { PhoneLogin } from "../../records/phone-login.ts";
import type { PlatformToken, Session } from "../../records/session.ts";
import type { EpochSeconds } from "../../records/time.ts";
import { readableUntil } from "../../rules/retention.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { readabilityOf } from "../../sessions/consents.ts";
import { keepStatistics } from "../../sessions/statistics.ts";
import { batches, gather, inBatches, readMany } from "../../store/batches.ts";
import type { Collection } from "../../store/store.ts";

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

type Records = Pick<Sandbox, "store" | "switches">;

/** A stretch of time, without the moment where it begins; left out, it has no beginning. */
interface Within {
  readonly after?: EpochSeconds;
  readonly upTo: EpochSeconds;
}

/**
 * The waiting logins of both kinds, unused codes, tokens, readable sessions and faults in force
 * that end then, in the order in which they do.
 */
export async function findEndings(sandbox: Records, within: Within): Promise<Ending[]> {
  const { logins, phoneLogins, platformTokens, sessions, faults } = sandbox.store;
  const all = await Promise.all([
    endingsOf(logins, within, loginEnding),
    endingsOf(phoneLogins, within, phoneLoginEnding),
    codeEndings(sandbox, within),
    tokenEndings(sandbox, within),
    endingsOf(platformTokens, within, platformTokenEnding),
    endingsOf(sessions, within, sessionEnding),
    endingsOf(faults, within, faultEnding),
  ]);
  return all.flat().sort((one, other) => one.at - other.at);
}

/**
 * Removes what is past, so that a clock that is set back does not bring it to life again; what has
 * appeared in the statistics stays there.
 */
export async function forgetEnded(sandbox: Records, now: EpochSeconds): Promise<void> {
  const { logins, phoneLogins, codes, accessTokens, platformTokens, sessions, faults } =
    sandbox.store;
  const collections: Record<Ending["kind"], Pick<Collection<unknown>, "takeMany">> = {
    login: logins,
    "phone-login": phoneLogins,
    code: codes,
    "access-token": accessTokens,
    "platform-token": platformTokens,
    session: sessions,
    fault: faults,
  };
  const ended = await findEndings(sandbox, { upTo: now });
  for (const [kind, collection] of Object.entries(collections)) {
    const ids = ended.filter((ending) => ending.kind === kind).map(({ id }) => id);
    for (const batch of inBatches(ids)) await collection.takeMany(batch);
  }
  await keepStatistics(sandbox, now);
}

async function endingsOf<Item>(
  collection: Pick<Collection<Item>, "listEnding">,
  within: Within,
  endingOf: (item: Item) => Ending | [],
): Promise<Ending[]> {
  return (await gather((page) => collection.listEnding(within, page))).flatMap(endingOf);
}

function loginEnding({ id, user, request, expiresAt }: Login): Ending {
  const { clientId } = request;
  return { kind: "login", id, clientId, at: expiresAt, ...defined({ user }) };
}

function phoneLoginEnding({ id, user, clientId, expiresAt }: PhoneLogin): Ending {
  return { kind: "phone-login", id, user, clientId, at: expiresAt };
}

async function codeEndings({ store }: Records, within: Within): Promise<Ending[]> {
  const endings: Ending[] = [];
  for await (const codes of batches((page) => store.codes.listEnding(within, page))) {
    const sessions = await readMany(
      store.sessions,
      codes.map(({ session }) => session),
    );
    for (const { code, session, clientId, expiresAt } of codes) {
      const user = sessions.get(session)?.user;
      endings.push({
        kind: "code",
        id: code,
        clientId,
        at: expiresAt,
        ...defined({ user }),
      });
    }
  }
  return endings;
}

/** A revoked consent moves the end; a token that opens nothing is over already. */
async function tokenEndings({ store, switches }: Records, within: Within): Promise<Ending[]> {
  // A token is listed at each moment that may be its end.
  const endings = new Map<string, Ending>();
  const seen = new Set<string>();
  for await (const listed of batches((page) => store.accessTokens.listEnding(within, page))) {
    const tokens = listed.filter(({ token }) => !seen.has(token));
    for (const { token } of tokens) seen.add(token);
    const sessions = await readMany(
      store.sessions,
      tokens.map(({ session }) => session),
    );
    const consents = await readMany(
      store.consents,
      [...sessions.values()].flatMap(({ consent }) => consent ?? []),
    );
    for (const token of tokens) {
      const session = sessions.get(token.session);
      if (!session) continue;
      const consent = session.consent && consents.get(session.consent);
      const readability = readabilityOf(switches, token, session, consent || undefined);
      const at = readability && readableUntil(readability);
      if (at === undefined || !isWithin(at, within)) continue;
      const { user, clientId } = session;
      endings.set(token.token, { kind: "access-token", id: token.token, user, clientId, at });
    }
  }
  return [...endings.values()];
}

function isWithin(at: EpochSeconds, { after, upTo }: Within): boolean {
  return at <= upTo && (after === undefined || after < at);
}

function platformTokenEnding({ token, clientId, expiresAt }: PlatformToken): Ending {
  return { kind: "platform-token", id: token, clientId, at: expiresAt };
}

/** A session that is not even remembered cannot be read by its `sub` nor by any token. */
function sessionEnding({ id, user, clientId, forgetAt }: Session): Ending {
  return { kind: "session", id, user, clientId, at: forgetAt };
}

function faultEnding({ id, match: { clientId, user }, expiresAt }: Fault): Ending | [] {
  if (expiresAt === undefined) return [];
  return {
    kind: "fault",
    id,
    ...defined({ clientId, user }),
    at: expiresAt,
  };
}
