import { hash } from "node:crypto";
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
const NO_EVIDENCE: Evidence = { done: NOTHING, failed: NOTHING };

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
  return { count: count + 1, proofs: [...proofs, proof].slice(-MOST_PROOFS) };
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

/** What is written down of one client while requests are looked at. */
export class Book {
  #file: ClientFile;

  constructor(file: ClientFile) {
    this.#file = file;
  }

  get file(): ClientFile {
    return this.#file;
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
    const tally = counted(called[name] ?? NOTHING, proofOf(seen, why));
    this.#change({ called: { ...called, [name]: tally } });
  }

  /** The login that a request belongs to, if it is known. */
  loginOf({ request: { login } }: Seen): LoginTrace | undefined {
    return login === undefined ? undefined : this.#file.logins.find(({ id }) => id === login);
  }

  begin(login: LoginTrace): void {
    const others = this.#file.logins.filter(({ id }) => id !== login.id);
    this.#change({ logins: [...others, login].slice(-MOST_LOGINS) });
  }

  changeLogin(login: LoginTrace, change: Partial<LoginTrace>): void {
    const logins = this.#file.logins.map((one) => (one === login ? { ...one, ...change } : one));
    this.#change({ logins });
  }

  /** Writes down a value that no other login should have; gives the requests that had it before. */
  use(kind: OncePerLogin, value: { readonly digest: string; readonly request: string }): string[] {
    const { used } = this.#file;
    const before = used[kind].filter(({ digest }) => digest === value.digest);
    const requests = before.map(({ request }) => request);
    if (!requests.includes(value.request)) {
      const values = [...used[kind], value].slice(-MOST_VALUES);
      this.#change({ used: { ...used, [kind]: values } });
    }
    return requests;
  }

  #note(item: ChecklistItemId, side: keyof Evidence, seen: Seen, why: string): void {
    const { items } = this.#file;
    const evidence = items[item] ?? NO_EVIDENCE;
    const changed = { ...evidence, [side]: counted(evidence[side], proofOf(seen, why)) };
    this.#change({ items: { ...items, [item]: changed } });
  }

  #change(change: Partial<ClientFile>): void {
    this.#file = { ...this.#file, ...change };
  }
}

/** Enough to know a value again, and too little to use it. */
export function digestOf(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 11);
}
