import type { Checklist } from "../records/checklist.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import { beginTrace, lookAtAuthorization } from "./authorization.ts";
import { lookAtBackend } from "./backend.ts";
import { Book, counted, emptyFile, proofOf, withClient } from "./book.ts";
import { lookAtPhoneLogin } from "./phone.ts";
import { Seen } from "./seen.ts";

/** The list after some more requests, in the order of the log. It depends on nothing else. */
export function judge(list: Checklist, requests: readonly KeptRequest[]): Checklist {
  return requests.reduce(judgeOne, list);
}

function judgeOne(list: Checklist, request: KeptRequest): Checklist {
  const { clientId, endpoint, at } = request;
  const seen = new Seen(request);
  if (endpoint === "discovery" || endpoint === "jwks") {
    if (!seen.isGranted || request.fault !== undefined) return list;
    const proof = proofOf(
      seen,
      `${endpoint === "jwks" ? "The keys were" : "Discovery was"} fetched.`,
    );
    return {
      ...list,
      fetched: { ...list.fetched, [endpoint]: counted(list.fetched[endpoint], proof) },
    };
  }
  if (clientId === undefined) return list;
  const book = new Book({ ...(list.clients[clientId] ?? emptyFile(at)), lastAt: at });
  lookAtAuthorization(seen, book);
  lookAtEnding(seen, book);
  lookAtPhoneLogin(seen, book);
  lookAtBackend(seen, book);
  return { ...list, clients: withClient(list.clients, clientId, book.file) };
}

/** The error that a browser brings back to the application, whichever page the login ended on. */
function lookAtEnding(seen: Seen, book: Book): void {
  const { id, endpoint, login: known } = seen.request;
  const code = seen.redirected?.get("error");
  if (!code || (endpoint !== "auth" && endpoint !== "login")) return;
  // One that is refused at once has no login yet.
  if (endpoint === "auth" && known === undefined) beginTrace(seen, book, id);
  const login = known === undefined ? book.file.logins.at(-1) : book.loginOf(seen);
  if (login && !login.isRedeemed) book.changeLogin(login, { error: { code, request: id } });
}
