import { words } from "../oidc/params.ts";
import { GRANT_TYPES } from "../records/vocabulary.ts";
import type { Book } from "./book.ts";
import type { Seen } from "./seen.ts";

/** What logins from phone number show of the application. */
export function lookAtPhoneLogin(seen: Seen, book: Book): void {
  const { endpoint, fault } = seen.request;
  const isPoll = endpoint === "token" && seen.form.get("grant_type") === GRANT_TYPES.phone;
  const isBegin = endpoint === "backchannel-authentication";
  if (isBegin) book.called("begun", seen, "A login was begun.");
  if (fault !== undefined || !(isBegin || isPoll || endpoint === "user-exists")) return;
  if (seen.isByScript) {
    book.failed("no-phone-login-on-web", seen, `A browser calls ${endpoint}.`);
  } else if (isBegin && seen.isGranted) {
    book.done("no-phone-login-on-web", seen, "A backend began the login from phone number.");
  }
  if (endpoint === "user-exists" && seen.isGranted) {
    book.called("user-exists", seen, "user-exists was asked.");
  }
  if (isBegin) lookAtBegin(seen, book);
  if (isPoll) lookAtPoll(seen, book);
}

function lookAtBegin(seen: Seen, book: Book): void {
  const asked = book.file.called["user-exists"];
  if (seen.error === "unknown_user_id" && asked === undefined) {
    const why = "A login is begun for a number without a user, and user-exists was never asked.";
    book.failed("till-endpoints", seen, why);
  }
  if (!seen.isGranted) return;
  book.called("backchannel-authentication", seen, "A login from phone number was begun.");
  const { login } = seen.request;
  if (login !== undefined) {
    const scopes = words(seen.form.get("scope"));
    book.begin({ id: login, used: {}, scopes, isRedeemed: false, pending: 0 });
  }
}

function lookAtPoll(seen: Seen, book: Book): void {
  const login = book.loginOf(seen);
  if (seen.error === "slow_down") {
    book.failed("polling", seen, "The poll came before the interval was over (slow_down).");
  } else if (seen.error === "authorization_pending" && login) {
    book.changeLogin(login, { pending: login.pending + 1 });
  } else if (seen.isGranted && login && login.pending > 0) {
    book.done("polling", seen, `The tokens came after ${login.pending} polls at the interval.`);
  }
}
