import { Problem } from "../control/api/problem.ts";
import type { Login, User } from "../control/types.ts";
import { personOf } from "../pages/page-context.ts";
import { ASKING_SCOPES } from "../records/vocabulary.ts";
import { groupedNumber, toMsisdn } from "../rules/msisdn.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import { currentOf, printsOf, refuseMoved } from "./changes.ts";
import type { Done, Visit } from "./page.ts";
import type { Said } from "./phone-inbox.ts";
import type { PhonePlace } from "./phone-place.ts";
import { phonePath, placeOf } from "./phone-place.ts";

/** What somebody does at a phone, as calls of the control API. */

interface Act {
  readonly visit: Visit;
  readonly place: PhonePlace;
  readonly user: User;
}

const ACTS: Readonly<Record<string, (act: Act) => Promise<Done>>> = {
  confirm,
  approve,
  reject,
  expire,
  fail,
  withdraw,
  forget,
  number: changeNumber,
  status: changeStatus,
};

/** @throws Problem where the control API refuses it */
export async function actAtPhone(visit: Visit): Promise<Done> {
  const place = placeOf(visit);
  if (!place) throw new Problem(400, "Say whose phone it is: /mock/phone?user=ada.");
  const name = visit.form.get("action") ?? "";
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
  if (!act) throw new Problem(400, "A phone can do nothing of that name.");
  const user = await visit.api.get<User>(["users", place.user]);
  return act({ visit, place: { ...place, user: user.id }, user });
}

/** Where the phone is after its login ended. */
function ended({ place }: Act, said: Said, message: string, call: ApiCall): Done {
  return { to: phonePath(place, { said }), message, calls: [call] };
}

function loginCall({ visit: { form } }: Act, answer: string, body?: object): ApiCall {
  const path = apiPath(["logins", form.get("login") ?? "", answer]);
  return { method: "POST", path, ...(body && { body }) };
}

/** With the number that was chosen; on one device there is none. */
async function confirm(act: Act): Promise<Done> {
  const { api, form } = act.visit;
  const choice = form.get("choice");
  const call = loginCall(act, "confirm", choice === null ? {} : { challenge: Number(choice) });
  const { status } = await api.send<Login>(call);
  return status === "failed"
    ? ended(act, "wrong", "That was another number: the merchant gets wrong_challenge.", call)
    : ended(act, "confirmed", "The login is confirmed in the app.", call);
}

/** With the boxes as they are ticked: what is asked, the login says. */
async function approve(act: Act): Promise<Done> {
  const { api, form } = act.visit;
  const { questions = {} } = await api.get<Login>(["logins", form.get("login") ?? ""]);
  const ticks = ASKING_SCOPES.flatMap((scope) => {
    const boxes = questions[scope];
    if (!boxes) return [];
    const ticked = boxes.map(({ id }) => [id, form.get(`${scope}.${id}`) === "yes"]);
    return [[scope, Object.fromEntries(ticked)]];
  });
  const call = loginCall(act, "approve", Object.fromEntries(ticks));
  await api.send(call);
  return ended(act, "confirmed", "The login is approved, with all that was asked.", call);
}

async function reject(act: Act): Promise<Done> {
  const call = loginCall(act, "reject");
  await act.visit.api.send(call);
  return ended(act, "cancelled", "The merchant gets access_denied.", call);
}

async function expire(act: Act): Promise<Done> {
  const call = loginCall(act, "expire");
  await act.visit.api.send(call);
  return ended(act, "ranOut", "The time of the login is over.", call);
}

async function fail(act: Act): Promise<Done> {
  const { api, form } = act.visit;
  const reason = form.get("reason") ?? "";
  const call = loginCall(act, "fail", { reason });
  const login = await api.send<Login>(call);
  if (login.status === "failed") {
    const said = reason === "wrong_challenge" ? "wrong" : "outdated";
    return ended(act, said, `The login has ended with ${reason}.`, call);
  }
  const to = phonePath(act.place, { login: login.id });
  return { to, message: "The app did not get its token. The login still waits.", calls: [call] };
}

async function withdraw({ visit: { api, form }, place, user }: Act): Promise<Done> {
  const call = {
    method: "DELETE",
    path: apiPath(["consents", form.get("consent") ?? ""]),
  } as const;
  const { merchant } = await api.send<{ merchant: string }>(call);
  const message = `${personOf(user).name} shares nothing with ${merchant} any more. The next login asks again.`;
  return { to: phonePath(place, { screen: "sharing" }), message, calls: [call] };
}

async function forget({ visit: { api, form }, place, user }: Act): Promise<Done> {
  const call = {
    method: "DELETE",
    path: apiPath(["browsers", form.get("browser") ?? ""]),
  } as const;
  await api.send(call);
  const message = `The browser has forgotten ${personOf(user).name}: the next login asks for the phone number.`;
  return { to: phonePath(place, { screen: "browsers" }), message, calls: [call] };
}

function changeNumber(act: Act): Promise<Done> {
  const typed = act.visit.form.get("phone_number") ?? "";
  const phoneNumber = toMsisdn(typed) ?? typed;
  const { phoneNumber: former } = act.user;
  return change(act, { phoneNumber }, `The number is ${groupedNumber(phoneNumber)}.`, {
    action: "number",
    phone_number: former,
  });
}

function changeStatus(act: Act): Promise<Done> {
  const status = act.visit.form.get("status") ?? "";
  const { status: former } = act.user;
  return change(act, { status } as Partial<User>, `The status is ${status}.`, {
    action: "status",
    status: former,
  });
}

async function change(
  { visit: { api, form }, place, user }: Act,
  body: Partial<User>,
  message: string,
  undo: Readonly<Record<string, string>>,
): Promise<Done> {
  const call = { method: "PATCH", path: apiPath(["users", user.id]), body } as const;
  refuseMoved(form, currentOf(user, body));
  const changed = await api.send<User>(call);
  const left = printsOf(Object.entries(currentOf(changed, body)));
  const to = phonePath(place, { screen: "me" });
  return { to, message, calls: [call], undo: { action: to, fields: { ...undo, left } } };
}
