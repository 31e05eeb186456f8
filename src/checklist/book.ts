import type {
  Checklist,
  ClientFile,
  Evidence,
  LoginTrace,
  OncePerLogin,
  Proof,
  Tally,
} from "../records/checklist.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { ChecklistItemId } from "../rules/checklist.ts";
import type { Seen } from "./seen.ts";

/** How what is seen is written down: the newest of everything, and how much of it there was. */

/** So many clients are followed; the one that has called least lately goes for another one. */
const MOST_CLIENTS = 50;
const MOST_LOGINS = 100;
const MOST_VALUES = 200;
/** More show nobody anything new. */
const MOST_PROOFS = 3;

export const NOTHING: Tally = { count: 0, proofs: [] };
export const NO_EVIDENCE: Evidence = { done: NOTHING, failed: NOTHING };

export function emptyChecklist(since: EpochSeconds): Checklist {
  return { since, fetched: { discovery: NOTHING, jwks: NOTHING }, clients: {} };
}

export function emptyFile(lastAt: EpochSeconds): ClientFile {
  return {
    lastAt,
    items: {},
    logins: [],
    used: { state: [], nonce: [], code_challenge: [] },
    called: {},
    ticks: {},
  };
}

/** One more, with the request that shows it. */
export function counted({ count, proofs }: Tally, proof: Proof): Tally {
  const kept = proofs.length < MOST_PROOFS ? proofs : proofs.slice(1 - MOST_PROOFS);
  return { count: count + 1, proofs: [...kept, proof] };
}

export function proofOf({ request: { id, at } }: Seen, why: string): Proof {
  return { request: id, at, why };
}

/** The clients with this one changed. */
export function withClient(
  clients: Checklist["clients"],
  id: string,
  file: ClientFile,
): Checklist["clients"] {
  const all = { ...clients, [id]: file };
  const names = Object.keys(all);
  if (names.length <= MOST_CLIENTS) return all;
  const idle = names.reduce((one, other) =>
    (all[other]?.lastAt ?? 0) < (all[one]?.lastAt ?? 0) && other !== id ? other : one,
  );
  const { [idle]: _, ...rest } = all;
  return rest;
}

/**
 * What is written down of one client while requests are looked at. It is a copy that changes in place: of a hundred
 * requests each would copy all of it.
 */
export class Book {
  readonly #file: WorkingFile;

  constructor({ used, ...file }: ClientFile) {
    this.#file = {
      ...file,
      items: { ...file.items },
      logins: [...file.logins],
      used: {
        state: [...used.state],
        nonce: [...used.nonce],
        code_challenge: [...used.code_challenge],
      },
      called: { ...file.called },
    };
  }

  get file(): ClientFile {
    return this.#file;
  }

  /** The client has called again. */
  calledAt(at: EpochSeconds): void {
    this.#file.lastAt = at;
  }

  /** Something that speaks for an item. */
  done(item: ChecklistItemId, seen: Seen, why: string): void {
    this.#note(item, "done", seen, why);
  }

  /** Something that speaks against it. */
  failed(item: ChecklistItemId, seen: Seen, why: string): void {
    this.#note(item, "failed", seen, why);
  }

  /** A call that succeeded, under the name by which such calls are counted. */
  called(name: string, seen: Seen, why: string): void {
    const { called } = this.#file;
    called[name] = counted(called[name] ?? NOTHING, proofOf(seen, why));
  }

  /** The login that a request belongs to, if it is known. */
  loginOf({ request: { login } }: Seen): LoginTrace | undefined {
    return login === undefined ? undefined : this.#file.logins.findLast(({ id }) => id === login);
  }

  begin(login: LoginTrace): void {
    const { logins } = this.#file;
    const before = logins.findIndex(({ id }) => id === login.id);
    if (before >= 0) logins.splice(before, 1);
    logins.push(login);
    if (logins.length > MOST_LOGINS) logins.shift();
  }

  changeLogin(login: LoginTrace, change: Partial<LoginTrace>): void {
    const { logins } = this.#file;
    const at = logins.indexOf(login);
    if (at >= 0) logins[at] = { ...login, ...change };
  }

  /** Writes down a value that no other login should have; gives the requests that had it before. */
  use(kind: OncePerLogin, value: { readonly digest: string; readonly request: string }): string[] {
    const values = this.#file.used[kind];
    const requests: string[] = [];
    for (const { digest, request } of values) if (digest === value.digest) requests.push(request);
    if (!requests.includes(value.request)) {
      values.push(value);
      if (values.length > MOST_VALUES) values.shift();
    }
    return requests;
  }

  #note(item: ChecklistItemId, side: keyof Evidence, seen: Seen, why: string): void {
    const { items } = this.#file;
    const evidence = items[item] ?? NO_EVIDENCE;
    items[item] = { ...evidence, [side]: counted(evidence[side], proofOf(seen, why)) };
  }
}

/** The same as a `ClientFile`, but that it changes. */
interface WorkingFile extends ClientFile {
  lastAt: EpochSeconds;
  readonly items: Record<string, Evidence>;
  readonly logins: LoginTrace[];
  readonly used: Record<OncePerLogin, ClientFile["used"][OncePerLogin][number][]>;
  readonly called: Record<string, Tally>;
}
