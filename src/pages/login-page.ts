import {
  cancelled,
  failed,
  finishPage,
  makeChallenge,
  openApp,
  returnUrl,
  sharedInApp,
  userRemoved,
} from "../login/browser-login.ts";
import { nextStep } from "../login/next-step.ts";
import type { Parameters } from "../oidc/params.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { User, UserInput } from "../records/user.ts";
import { PATHS } from "../request/addresses.ts";
import { alwaysConfirms, consentsInApp, isOnOneDevice } from "../rules/app-flows.ts";
import { toMsisdn } from "../rules/msisdn.ts";
import { rememberByDefault } from "../rules/remembered.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { eligibleUser, isPhoneOpen, sentenceOf } from "../sandbox/users.ts";
import { playInBrowser } from "../scenarios/play.ts";
import { batches } from "../store/batches.ts";
import type { PageResponse, TimedContext } from "./page-context.ts";
import {
  callsApp,
  consentStateOn,
  finish,
  forDevelopers,
  personOf,
  salesUnitName,
  sharedItems,
  show,
} from "./page-context.ts";
import type { NewUserView, PhoneView } from "./view-models.ts";

/**
 * The login page: first it asks whose login it is, then it shows the app in which the user confirms.
 */

/** So many users are offered for one click; a sandbox can have very many. */
const USERS_SHOWN = 30;

/** Fewer are found at a glance. */
const FEWEST_SEARCHED = 12;

/** Shows the step that the login is at; a browser that is done here is sent on. */
export async function showLogin(
  context: TimedContext,
  parameters?: Parameters,
): Promise<PageResponse> {
  const { exchange, login, userAgent } = context;
  const { endpoints } = exchange;
  const redirect = returnUrl(endpoints, login);
  if (redirect !== undefined) return { redirect };
  switch (nextStep(login).kind) {
    case "identify":
      return phonePage(context, {
        phoneNumber: "",
        remember: rememberByDefault(userAgent, exchange.sandbox.switches),
        find: parameters?.get("find") ?? "",
      });
    case "confirm":
      return appPage(context);
    default: {
      const challenge = login.consentChallenge ?? "";
      return {
        redirect: `${endpoints.front}${PATHS.consent}?consent_challenge=${challenge}`,
      };
    }
  }
}

/** Takes what the user did at the step that the login is at. */
export async function submitLogin(context: TimedContext, form: Parameters): Promise<PageResponse> {
  const action = form.get("action");
  if (action === "cancel") return finish(context, "login", cancelled);
  if (action === "another_number") return identifyAgain(context);
  switch (nextStep(context.login).kind) {
    case "identify":
      return identify(context, form);
    case "confirm":
      return confirm(context, form);
    default:
      return showLogin(context);
  }
}

/** Step one: a fixture user is chosen with one click, or a phone number is typed. */
async function identify(context: TimedContext, form: Parameters): Promise<PageResponse> {
  const { exchange, login, people } = context;
  const { users, logins } = exchange.sandbox.store;
  const fixture = form.get("fixture_user");
  const entry = {
    phoneNumber: form.get("phone_number") ?? "",
    remember: form.get("remember") === "yes",
    find: "",
  };
  const msisdn = toMsisdn(entry.phoneNumber);
  if (people && msisdn !== undefined && form.get("action") === "make_user") {
    const input = inputFrom(form, msisdn);
    const made = await people.add(input);
    if ("problem" in made) {
      const newUser = people.propose(msisdn, input, made.problem);
      return phonePage(context, { ...entry, problem: "not_eligible", newUser });
    }
  }
  if (fixture === undefined && msisdn === undefined) {
    return phonePage(context, { ...entry, problem: "malformed_number" });
  }
  const user =
    fixture === undefined
      ? await users.find("phoneNumber", msisdn ?? "")
      : await users.get(fixture);
  const found = eligibleUser(exchange, user, user?.id ?? fixture ?? entry.phoneNumber);
  if ("obstacle" in found) {
    const { obstacle, diagnosis } = found;
    if (obstacle === "outdated_app") {
      const outdated = failed({ reason: obstacle, diagnosis });
      return finish(context, "login", (current) => ({
        ...outdated(current),
        ...openApp(current.request),
      }));
    }
    const phoneNumber = user?.phoneNumber ?? entry.phoneNumber;
    const offer =
      people && obstacle === "unknown" && msisdn !== undefined && fixture === undefined
        ? { newUser: people.propose(msisdn) }
        : {};
    const page = await phonePage(context, {
      ...entry,
      ...offer,
      phoneNumber,
      problem: "not_eligible",
      why: diagnosis,
    });
    return { ...page, refusal: diagnosis };
  }
  const { id } = found.user;
  exchange.trace.user = id;
  const identified = {
    ...openApp(login.request),
    user: id,
    remember: entry.remember,
    challenge: makeChallenge(exchange.sandbox.ids),
  };
  const changed = await logins.update(login.id, (current) =>
    nextStep(current).kind === "identify" ? { ...current, ...identified } : undefined,
  );
  // A scenario may have waited for this user: then the user confirms without the page.
  const played = changed && (await playInBrowser(exchange, login, async () => id, "identified"));
  if (played) {
    await finishPage(exchange.sandbox, login.id, "login", (current) => ({ ...current, ...played }));
  }
  return reload(context);
}

/** At the app page it turns out to be somebody else's login: asks once more whose it is. */
async function identifyAgain(context: TimedContext): Promise<PageResponse> {
  const { exchange, login } = context;
  await exchange.sandbox.store.logins.update(login.id, (current) => {
    const {
      user: _user,
      challenge: _challenge,
      appOpen: _open,
      appTokenError: _error,
      ...rest
    } = current;
    return nextStep(current).kind === "confirm" ? rest : undefined;
  });
  return reload(context);
}

/** The page once more, at the step that the login is at now. */
function reload({ exchange, login }: TimedContext): PageResponse {
  return {
    redirect: `${exchange.endpoints.front}${PATHS.login}?login_challenge=${login.id}`,
  };
}

/** What was typed of the person; the API makes up what is left out, and judges the rest. */
function inputFrom(form: Parameters, phoneNumber: string): UserInput {
  const fields = {
    givenName: form.get("given_name"),
    familyName: form.get("family_name"),
    birthDate: form.get("birth_date"),
    email: form.get("email"),
  };
  const typed = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value.trim()]],
  );
  return { phoneNumber, ...Object.fromEntries(typed) };
}

/** Step two: the user confirms in the app, or something goes wrong there. */
async function confirm(context: TimedContext, form: Parameters): Promise<PageResponse> {
  const { exchange, login } = context;
  const outcome = form.get("outcome");
  const choice = form.get("choice");
  if (outcome === "app_token_error") {
    return appPage({ ...context, login: { ...login, appTokenError: true } });
  }
  if (outcome === "outdated_app") {
    return finish(context, "login", failed({ reason: "outdated_app" }));
  }
  if (choice === undefined) return appPage(context);
  if (choice !== String(login.challenge?.shown)) {
    return finish(context, "login", failed({ reason: "wrong_challenge" }));
  }
  const consent = (await scopesAskedInApp(context)).length > 0 && { consentGiven: true };
  const authenticatedAt = exchange.now;
  return finish(context, "login", (current) => ({ ...current, authenticatedAt, ...consent }));
}

/** What the phone page shows again after a mistake. */
interface PhoneEntry {
  readonly phoneNumber: string;
  readonly remember: boolean;
  /** What the users are searched for; empty for all of them. */
  readonly find: string;
  readonly newUser?: NewUserView;
  readonly problem?: NonNullable<PhoneView["problem"]>;
  /** What is behind it, for developers. */
  readonly why?: Diagnosis;
}

async function phonePage(
  context: TimedContext,
  { find, why, ...entry }: PhoneEntry,
): Promise<PageResponse> {
  const { exchange, language, login } = context;
  const { sandbox, endpoints, now } = exchange;
  const { shown, more, canFind } = await usersFor(find, sandbox);
  const today = dateInOslo(now);
  const model = {
    language,
    salesUnit: salesUnitName(context),
    action: `${endpoints.front}${PATHS.login}`,
    loginChallenge: login.id,
    minimumAge: sandbox.switches.minimumAge,
    users: shown.map((user) => ({
      ...personOf(user),
      sentence: sentenceOf(user, today),
    })),
    moreUsers: more,
    ...(canFind && { find }),
    canRemember: !alwaysConfirms(login.request),
    developers: await forDevelopers(context, why),
    ...entry,
  };
  return show("phone", model, entry.problem ? 400 : 200);
}

/** The users to choose from: the first ones, or the first of those that are searched for. */
async function usersFor(find: string, { store }: Pick<Sandbox, "store">) {
  const { items, next } = await store.users.list({ limit: USERS_SHOWN });
  const canFind = next !== undefined || items.length >= FEWEST_SEARCHED;
  if (find.trim() === "" || !canFind) return { shown: items, more: next !== undefined, canFind };
  const found: User[] = [];
  for await (const users of batches((page) => store.users.list(page))) {
    found.push(...users.filter((user) => fits(user, find)));
    if (found.length > USERS_SHOWN) break;
  }
  return { shown: found.slice(0, USERS_SHOWN), more: found.length > USERS_SHOWN, canFind };
}

/** Whether a user has every word in the id or the name, or the digits in the number. */
function fits({ id, givenName, familyName, phoneNumber }: User, find: string): boolean {
  const text = `${id} ${givenName} ${familyName}`.toLowerCase();
  const digits = find.replace(/[\s+().-]/g, "");
  const words = find.toLowerCase().split(/\s+/);
  return (
    words.every((word) => text.includes(word)) ||
    (/^\d+$/.test(digits) && phoneNumber.includes(digits))
  );
}

/** @throws RedirectRefusal when the user was removed */
async function appPage(context: TimedContext): Promise<PageResponse> {
  const { exchange, language, login, user, realTime } = context;
  if (!user) throw userRemoved(login);
  return show("app", {
    language,
    salesUnit: salesUnitName(context),
    action: `${exchange.endpoints.front}${PATHS.login}`,
    loginChallenge: login.id,
    user: personOf(user),
    shown: login.challenge?.shown ?? 0,
    offered: login.challenge?.offered ?? [],
    oneDevice: isOnOneDevice(login.request),
    items: sharedItems(user, await scopesAskedInApp(context)),
    appTokenError: login.appTokenError ?? false,
    phoneOpen: await isPhoneOpen(exchange.sandbox.store, user.id, realTime),
    callsApp: callsApp(login),
    developers: await forDevelopers(context),
  });
}

async function scopesAskedInApp(context: TimedContext): Promise<readonly string[]> {
  const { login } = context;
  return consentsInApp(login.request) ? sharedInApp(login, await consentStateOn(context)) : [];
}
