import type { Checklist, Tally } from "../records/checklist.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import { beginTrace, lookAtAuthorization } from "./authorization.ts";
import { lookAtBackend } from "./backend.ts";
import { Book, counted, emptyFile, proofOf, withClient } from "./book.ts";
import { lookAtPhoneLogin } from "./phone.ts";
import { Seen } from "./seen.ts";

/** The list after some more requests, in the order of the log. It depends on nothing else. */
export function judge(list: Checklist, requests: readonly KeptRequest[]): Checklist {
  const books = new Map<string, Book>();
  const fetched = { ...list.fetched };
  for (const request of requests) {
    const { clientId, endpoint, at } = request;
    const seen = new Seen(request);
    if (endpoint === "discovery" || endpoint === "jwks") lookAtMetadata(seen, endpoint, fetched);
    else if (clientId !== undefined) {
      const book = books.get(clientId) ?? new Book(list.clients[clientId] ?? emptyFile(at));
      books.set(clientId, book);
      book.calledAt(at);
      lookAtAuthorization(seen, book);
      lookAtEnding(seen, book);
      lookAtPhoneLogin(seen, book);
      lookAtBackend(seen, book);
    }
  }
  let { clients } = list;
  for (const [id, { file }] of books) clients = withClient(clients, id, file);
  return { ...list, fetched, clients };
}

function lookAtMetadata(
  seen: Seen,
  endpoint: "discovery" | "jwks",
  fetched: Record<typeof endpoint, Tally>,
): void {
  if (!seen.isGranted || seen.request.fault !== undefined) return;
  const what = endpoint === "jwks" ? "The keys were" : "Discovery was";
  fetched[endpoint] = counted(fetched[endpoint], proofOf(seen, `${what} fetched.`));
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
