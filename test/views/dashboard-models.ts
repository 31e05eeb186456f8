import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { Door } from "../../src/control/door.ts";
import type { SandboxId } from "../../src/records/ids.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { check } from "../support/check.ts";
import { call } from "../support/control.ts";
import { page } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { begin } from "../support/phone.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { Visitor } from "../support/visitor.ts";
import {
  authorize,
  BASE,
  Browser,
  get,
  PATH,
  SHOP,
  tokensFrom,
  userinfo,
} from "../support/wire.ts";

/**
 * The gallery: every page of the dashboard in every state. A state is what a mock really answers to a
 * request, so that the gallery cannot drift from the pages. A new page is an entry in GALLERY, under the
 * name of its template.
 */

/** The mocks that the states are requests to. */
export interface Worlds {
  /** All there is, with names and values as they usually are. */
  readonly full: Mock;
  /** No user, no sales unit, nothing has happened, and its clock shows the real time. */
  readonly empty: Mock;
  /** One that asks for a token, and that other machines reach. */
  readonly closed: Mock;
  /** One where every browser logs in at once. */
  readonly automatic: Mock;
  /** One in which logins of every kind wait for Ada, who has logged in before. */
  readonly waiting: Mock;
  /** As full, but that everything somebody can name has a very long name. */
  readonly long: Mock;
}

/** A page in a state. */
interface State {
  readonly label: string;
  readonly world: keyof Worlds;
  /** Below the host; it may ask the world first, for an id. */
  readonly path: string | ((mock: Mock) => Promise<string>);
  /** What is sent to it; the page is only read without it. */
  readonly form?: Readonly<Record<string, string>>;
  /** Where the request comes from, if not from this machine. */
  readonly remoteAddress?: string;
  /** Whether the token was given before. */
  readonly enters?: true;
  /** What the browser is in; English when left out. */
  readonly language?: string;
  /** Forms that the same browser sends before. */
  readonly before?: readonly (readonly [path: string, form: Readonly<Record<string, string>>])[];
  /** Whether the page behind the form is shown, in place of what the form got. */
  readonly follows?: true;
}

/** A state as a browser gets it. */
export interface Picture {
  readonly label: string;
  readonly path: string;
  readonly html: string;
}

/** The same page in each world where it is another. */
function everywhere(path: string, worlds: State["world"][] = ["full", "empty", "long"]): State[] {
  return worlds.map((world) => ({ label: world, world, path }));
}

async function refusedRequest(mock: Mock): Promise<string> {
  const { items } = (await call(mock, "GET", "/requests?refused=true")).body;
  return `/mock/log/${items[0].id}`;
}

async function lastLogin(mock: Mock): Promise<string> {
  const { items } = (await call(mock, "GET", "/requests?endpoint=userinfo")).body;
  return `/mock/log/login/${items[0].login}`;
}

const PHONE = "/mock/phone?user=ada";

async function firstLogin(mock: Mock): Promise<string> {
  const { items } = (await call(mock, "GET", "/logins")).body;
  return `${PHONE}&login=${items[0].id}`;
}

const REGISTER = { unit: "100001", action: "register" };

const LOGIN = {
  unit: "100001",
  action: "login",
  sendsNonce: "on",
  sendsChallenge: "on",
  scope: "openid",
};

/** By the names of the templates in views/dashboard/. */
export const GALLERY: Readonly<Record<string, readonly State[]>> = {
  overview: [
    ...everywhere("/mock"),
    { label: "with the secret", world: "full", path: `/mock?unit=100001&secret=shown` },
  ],
  log: [
    ...everywhere("/mock/log"),
    { label: "without a match", world: "full", path: "/mock/log?status=299" },
    { label: "emptied", world: "empty", path: "/mock/log", form: {}, follows: true },
    { label: "with a wrong filter", world: "full", path: "/mock/log?user=nobody" },
  ],
  "log-entry": [
    { label: "refused", world: "full", path: refusedRequest },
    { label: "with long values", world: "long", path: refusedRequest },
  ],
  "log-login": [{ label: "whole", world: "full", path: lastLogin }],
  portal: [
    ...everywhere("/mock/portal"),
    { label: "without a match", world: "full", path: "/mock/portal?search=nobody" },
  ],
  "portal-unit": [
    { label: "full", world: "full", path: "/mock/portal/units/100001" },
    { label: "long", world: "long", path: "/mock/portal/units/100001" },
  ],
  "portal-unit-new": [
    { label: "empty form", world: "full", path: "/mock/portal/units/new" },
    {
      label: "with a mistake",
      world: "full",
      path: "/mock/portal/units/new",
      form: { redirectUris: "http://example.com/" },
    },
  ],
  "portal-people": everywhere("/mock/portal/people"),
  "portal-person": [
    { label: "full", world: "full", path: "/mock/portal/people/ada" },
    { label: "long", world: "long", path: "/mock/portal/people/ada" },
  ],
  "portal-person-new": [
    { label: "empty form", world: "full", path: "/mock/portal/people/new" },
    {
      label: "with a mistake",
      world: "full",
      path: "/mock/portal/people/new",
      form: { email: "nobody", birthDate: "soon" },
    },
  ],
  "portal-partners": everywhere("/mock/portal/partners"),
  "portal-webhooks": everywhere("/mock/portal/webhooks", ["full", "empty"]),
  try: [
    ...everywhere("/mock/try"),
    { label: "registered", world: "full", path: "/mock/try", form: REGISTER, follows: true },
    { label: "of a till", world: "full", path: "/mock/try?unit=100001&flow=till" },
  ],
  "try-result": [
    {
      label: "logged in",
      world: "automatic",
      path: "/mock/try/result",
      before: [
        ["/mock/try", REGISTER],
        ["/mock/try", LOGIN],
      ],
    },
    {
      label: "refused",
      world: "automatic",
      path: "/mock/try/result",
      before: [["/mock/try", { ...LOGIN, scope: "openid nin" }]],
    },
    { label: "nothing", world: "full", path: "/mock/try/result" },
  ],
  "phone-chooser": everywhere("/mock/phone"),
  phone: [
    { label: "with nothing to do", world: "full", path: PHONE },
    { label: "long", world: "long", path: PHONE },
    { label: "with one login", world: "waiting", path: PHONE },
    { label: "with a choice of numbers", world: "waiting", path: firstLogin },
    { label: "in Finnish", world: "waiting", path: firstLogin, language: "fi" },
    { label: "said", world: "full", path: `${PHONE}&said=confirmed` },
    { label: "sharing", world: "waiting", path: `${PHONE}&screen=sharing` },
    { label: "browsers", world: "full", path: `${PHONE}&screen=browsers` },
    { label: "me", world: "full", path: `${PHONE}&screen=me` },
    {
      label: "with a mistake",
      world: "full",
      path: `${PHONE}&screen=me`,
      form: { action: "number", phone_number: "12" },
    },
    { label: "of nobody", world: "full", path: "/mock/phone?user=nobody" },
  ],
  problem: [{ label: "of nothing", world: "full", path: "/mock/log/nothing" }],
  refusal: [
    { label: "to strangers", world: "full", path: "/mock/log", remoteAddress: "192.0.2.7" },
    { label: "without a token", world: "closed", path: "/mock/log" },
  ],
  enter: [
    { label: "open", world: "full", path: "/mock/enter" },
    { label: "asking", world: "closed", path: "/mock/enter?to=log" },
    { label: "with a wrong code", world: "closed", path: "/mock/enter", form: { code: "no" } },
  ],
  device: [
    { label: "out of reach", world: "full", path: "/mock/device?user=ada" },
    { label: "before a code", world: "closed", path: "/mock/device?user=ada", enters: true },
    {
      label: "with a code",
      world: "closed",
      path: "/mock/device?user=ada",
      enters: true,
      form: {},
    },
  ],
  lab: everywhere("/mock/lab", ["full", "empty"]),
  "lab-scenarios": [
    ...everywhere("/mock/lab/scenarios"),
    {
      label: "queued",
      world: "full",
      path: "/mock/lab/scenarios",
      form: { action: "add", user: "ada", times: "2" },
      follows: true,
    },
    {
      label: "with a mistake",
      world: "full",
      path: "/mock/lab/scenarios",
      form: { action: "add", user: "adda", outcome: "error", error: "x", errorDescription: "y" },
    },
  ],
  "lab-faults": [
    ...everywhere("/mock/lab/faults"),
    {
      label: "with a mistake",
      world: "full",
      path: "/mock/lab/faults",
      form: { action: "add", endpoint: "token", status: "99" },
    },
  ],
  "lab-clock": [
    ...everywhere("/mock/lab/clock", ["full", "empty"]),
    {
      label: "moved on",
      world: "full",
      path: "/mock/lab/clock",
      form: { advance: "168h" },
      follows: true,
    },
    { label: "to no moment", world: "full", path: "/mock/lab/clock", form: { at: "tomorrow" } },
  ],
  "lab-keys": [
    ...everywhere("/mock/lab/keys"),
    { label: "too early", world: "empty", path: "/mock/lab/keys", form: { phase: "use" } },
  ],
  "lab-settings": [
    ...everywhere("/mock/lab/settings"),
    {
      label: "with a mistake",
      world: "full",
      path: "/mock/lab/settings",
      form: { action: "rules", "rule.minimumAge": "old" },
    },
  ],
  "lab-sandboxes": [
    ...everywhere("/mock/lab/sandboxes"),
    { label: "about to remove one", world: "full", path: "/mock/lab/sandboxes?remove=box" },
  ],
  "lab-state": [
    { label: "full", world: "full", path: "/mock/lab/state" },
    { label: "with nothing to import", world: "full", path: "/mock/lab/state", form: {} },
  ],
  checklist: [
    ...everywhere("/mock/checklist"),
    {
      label: "with what a person says",
      world: "full",
      path: "/mock/checklist",
      form: { clientId: SHOP.id, item: "branding", action: "done", note: "Kari" },
      follows: true,
    },
    { label: "of one of several", world: "automatic", path: "/mock/checklist" },
    { label: "with probes", world: "waiting", path: `/mock/checklist?clientId=${SHOP.id}` },
  ],
  "lab-reset": [{ label: "asking", world: "full", path: "/mock/lab/reset" }],
};

const LONG = "Ærlighetsprosjektørbåtforeningen".repeat(6);

export async function openWorlds(): Promise<Worlds> {
  const full = await startMock();
  const long = await startMock();
  const empty = await startMock({ users: [], salesUnits: [], partners: [] });
  const closed = await closedMock();
  await empty.sandbox.clock.reset();
  await happenIn(full);
  await change(long, "PATCH", "/users/ada", { body: { givenName: LONG, familyName: LONG } });
  await change(long, "PATCH", "/sales-units/100001", {
    body: { name: LONG.slice(0, 100), merchant: LONG.slice(0, 100) },
  });
  await change(long, "PATCH", "/partners/demo-partner", { body: { name: LONG.slice(0, 100) } });
  await checkedIn(long);
  await happenIn(long, LONG);
  const automatic = await startMock({ autoLogin: "ada" });
  const waiting = await startMock();
  await tokensFrom(waiting, { user: "ada" });
  const browser = new Browser(waiting);
  await browser.submit(await browser.login(), { fixture_user: "ada" });
  await begin(waiting);
  await checkedIn(waiting);
  return { full, empty, closed, automatic, waiting, long };
}

const TOKEN = "the token of the gallery";

function closedMock(): Promise<Mock> {
  const store = createMemoryStore();
  const door = new Door(TOKEN, store, () => NOON);
  const control = { open: false, token: TOKEN, door };
  return startMock({}, { store, control, pinned: { publicUrl: "https://vipps.example.com" } });
}

/** An application was checked that compares no nonce. */
async function checkedIn(mock: Mock): Promise<void> {
  const shop = new RelyingParty(mock, "nonce");
  const probes = ["nonce", "issuer", "signature", "auth-req-id"];
  await check(mock, () => shop.login(), { probes, user: "ada" });
}

/** Whatever a page can show is there once. */
async function happenIn(mock: Mock, text = "abcdefgh12"): Promise<void> {
  const { access_token: token } = await tokensFrom(mock, { user: "ada" });
  await userinfo(mock, token);
  await get(mock, PATH.jwks);
  await authorize(mock, { redirect_uri: `https://example.com/callback/${text}`, state: text });
  const match = { clientId: SHOP.id, state: text, user: "ada" };
  await change(mock, "POST", "/scenarios", { body: { match, user: "ada", times: 3 } });
  await change(mock, "POST", "/scenarios", { body: { outcome: "cancel", match: { user: "ada" } } });
  const fault = { match: { endpoint: "userinfo", clientId: SHOP.id }, times: 1, delay: 0.01 };
  await change(mock, "POST", "/faults", { body: fault });
  await change(mock, "POST", "/keys/rotate", { body: { phase: "publish" } });
  await change(mock, "PATCH", "/settings", { body: { rules: { minimumAge: 15 } } });
  const consentWebhookUrl = "http://localhost:9/consent-revoked";
  await change(mock, "PATCH", "/sales-units/100001", { body: { consentWebhookUrl } });
  const [consent] = (await call(mock, "GET", "/consents")).body.items;
  await change(mock, "DELETE", `/consents/${consent.id}`);
  await mock.sandboxes.create({ id: "box" as SandboxId });
}

export async function closeWorlds(worlds: Worlds): Promise<void> {
  for (const mock of Object.values(worlds)) await mock.close();
}

/** Every state of a view, in the order of the gallery, in which the views have to be looked at as well. */
export async function pictures(worlds: Worlds, view: string): Promise<readonly Picture[]> {
  const all: Picture[] = [];
  for (const state of GALLERY[view] ?? []) {
    const mock = worlds[state.world];
    const path = typeof state.path === "string" ? state.path : await state.path(mock);
    all.push({ label: `${view}: ${state.label}`, path, html: await seenAt(mock, path, state) });
  }
  return all;
}

async function seenAt(mock: Mock, path: string, state: State): Promise<Picture["html"]> {
  const { form, remoteAddress, enters, follows, language = "en", before = [] } = state;
  if (remoteAddress !== undefined) return (await page(mock, path, { remoteAddress })).html;
  const visitor = new Visitor(mock, BASE, { "accept-language": language });
  if (enters) await visitor.go("/mock/enter", { code: TOKEN });
  for (const [earlier, fields] of before) await visitor.go(earlier, fields);
  return (await (follows ? visitor.go(path, form) : visitor.ask(path, form))).html;
}

/** A call that must not be refused: a world without what it should have would be no such state. */
async function change(mock: Mock, ...given: ChangeArguments): Promise<void> {
  const { status, body } = await call(mock, ...given);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
}

type ChangeArguments = Parameters<typeof call> extends [Mock, ...infer Rest] ? Rest : never;

/** What a page loads, by the end of its address. */
export async function assetsOf(mock: Mock): Promise<Readonly<Record<string, string>>> {
  const style = new URL("../../views/style.css", import.meta.url);
  return {
    "style.css": await readFile(style, "utf8"),
    "live.js": (await page(mock, "/mock/live.js")).html,
    "enter.js": (await page(mock, "/mock/enter.js")).html,
    "idiomorph.js": (await page(mock, "/mock/idiomorph.js")).html,
  };
}
