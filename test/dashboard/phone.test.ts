import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { browserName } from "../../src/dashboard/phone-screens.ts";
import { after as later } from "../../src/records/time.ts";
import { call } from "../support/control.ts";
import type { Got } from "../support/dashboard.ts";
import { page, submit, undoOf } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { begin, poll } from "../support/phone.ts";
import { Browser, challengeOf, pageOf, parameterOf, walkLogin } from "../support/wire.ts";

let mock: Mock;
let browser: Browser;
beforeEach(async () => {
  mock = await startMock();
  browser = new Browser(mock);
});
afterEach(() => mock.close());

const PHONE = "/mock/phone?user=ada";
const ENGLISH = { "accept-language": "en" };
const look = (query = "", headers = ENGLISH) => page(mock, `${PHONE}${query}`, { headers });
const press = (form: Readonly<Record<string, string>>, query = "") =>
  submit(mock, `${PHONE}${query}`, form);

const waiting = async () => (await call(mock, "GET", "/logins")).body.items;

/** A login that waits for ada's app; what the browser shows. */
const atApp = async (request = {}) =>
  browser.submit(await browser.login(request), { fixture_user: "ada" });

const reload = () => browser.open(String(browser.visited.at(-1)));

/** What the screen offers to press, of one name. */
const offered = ({ html }: Got, name: string) =>
  [...html.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, "g"))].map(([, value]) => value);

describe("the choice of a phone", () => {
  it("has every user with a number that people read, and who is asked something", async () => {
    await atApp();
    const { texts, text } = await page(mock, "/mock/phone");
    expect(texts("person")[0]).toBe("Ada Nordmann ada +47 123 45 678 1 waiting");
    expect(texts("person")).toHaveLength(20);
    expect(text("problem")).toBeUndefined();
  });

  it.each([
    ["skudd", ["leap-day"]],
    ["LEAP", ["leap-day"]],
    ["+47 123 45", ["ada"]],
    ["nobody at all", []],
  ])("can be searched: %s", async (query, ids) => {
    const got = await page(mock, `/mock/phone?q=${encodeURIComponent(query)}`);
    expect([...got.html.matchAll(/id="person-([^"]+)"/g)].map(([, id]) => id)).toEqual(ids);
  });

  it.each([
    [11, false],
    [12, true],
  ])("offers the search where there are many: %i", async (count, there) => {
    for (const { id } of (await call(mock, "GET", "/users")).body.items.slice(count)) {
      await call(mock, "DELETE", `/users/${id}`);
    }
    const { html } = await page(mock, "/mock/phone");
    expect(html.includes('role="search"')).toBe(there);
  });

  it("says where there is nobody", async () => {
    for (const { id } of (await call(mock, "GET", "/users")).body.items) {
      await call(mock, "DELETE", `/users/${id}`);
    }
    expect((await page(mock, "/mock/phone")).html).toContain("Make one in the portal");
    const gone = await look();
    expect([gone.status, gone.text("problem")]).toEqual([404, expect.stringContaining("ada")]);
  });
});

describe("a phone", () => {
  it.each([
    ["nb-NO,nb;q=0.9", "nb", "Ingen innlogging venter."],
    ["da", "da", "Der venter intet login."],
    ["fi-FI", "fi", "Mikään kirjautuminen ei odota."],
    ["de, en", "en", "No login waits."],
  ])("speaks the browser's language, and the frame English: %s", async (wanted, lang, said) => {
    const got = await look("", { "accept-language": wanted });
    expect(got.text("empty")).toBe(said);
    expect(got.html).toContain(`class="handset" lang="${lang}"`);
    expect(got.html).toContain('<html lang="en">');
    expect(got.html).toContain("Ada Nordmann’s phone");
  });

  it("is found by its number too, and alone in a window", async () => {
    const got = await page(mock, "/mock/phone?user=4712345678&only=phone");
    expect(got.html).toContain('<body class="dashboard on-phone alone">');
    expect(got.html.replaceAll("&#x3D;", "=")).toContain(
      'href="./phone?user=ada&amp;only=phone&amp;screen=me"',
    );
  });

  it("offers the numbers of a login that waits; the right one leads to the browser's consent", async () => {
    const { right } = challengeOf(await atApp());
    const asked = await look();
    const choices = (await waiting())[0].choices.map(String);
    expect(offered(asked, "choice")).toEqual(choices);
    expect(asked.text("tab-inbox")).toBe("Inbox 1");
    const [{ id: login }] = await waiting();
    const after = await press({ login, action: "confirm", choice: String(right) });
    expect(after.text("done")).toContain(`/mock/api/logins/${login}/confirm`);
    expect(after.text("in-browser")).toMatch(/^Go on in the browser. Demo Shop asks/);
    const consent = await reload();
    expect(pageOf(consent)).toBe("consent");
    await browser.submit(consent, { action: "accept" });
    expect((await look("&said=confirmed")).text("said")).toBe(
      "Confirmed. The login goes on where you began it.",
    );
  });

  it.each([
    [{ action: "reject" }, "Cancelled. Nobody was logged in.", "access_denied"],
    [{ action: "expire" }, "The time for this login is over.", "request_unauthorized"],
    [
      { action: "fail", reason: "wrong_challenge" },
      "That was not the number. The login has been stopped.",
      "wrong_challenge",
    ],
    [
      { action: "fail", reason: "outdated_app" },
      "The app is too old. Update it, and log in again.",
      "outdated_app_version",
    ],
  ])("can do otherwise: %j", async (form, said, error) => {
    await atApp();
    const [{ id: login }] = await waiting();
    const after = await press({ login, ...form });
    expect(after.text("said")).toBe(said);
    // It still does when its user looks again without scripts.
    expect(after.html).toMatch(/href="[^"]*&amp;said&#x3D;\w+" data-testid="refresh"/);
    expect(parameterOf(await reload(), "error")).toBe(error);
  });

  it("stops a login for which a wrong number is chosen", async () => {
    const { wrong } = challengeOf(await atApp());
    const [{ id: login }] = await waiting();
    const after = await press({ login, action: "confirm", choice: String(wrong) });
    expect(after.text("said")).toContain("That was not the number.");
  });

  it("says when the app gets no token, and lets its user try again", async () => {
    await atApp();
    const [{ id: login }] = await waiting();
    const after = await press({ login, action: "fail", reason: "app_token_error" });
    expect(after.html).toContain("Could not get Vipps Login token");
    expect(offered(after, "choice")).toHaveLength(3);
  });

  it("has the newest login before it, and leads to the others", async () => {
    await atApp();
    await new Browser(mock).login();
    await mock.sandbox.clock.advance(1);
    await begin(mock, { binding_message: "TILL-07" });
    const got = await look();
    expect(got.text("binding-message")).toBe("TILL-07");
    expect(got.text("tab-inbox")).toBe("Inbox 2");
    const [{ id }] = await waiting();
    const other = await look(`&login=${id}`);
    expect(offered(other, "choice")).toHaveLength(3);
    expect(other.html).toMatch(
      /data-testid="other"><bdi>Demo Shop<\/bdi><\/a> <bdi>TILL-07<\/bdi> <span[^>]*>ends <time[^>]*>in \d+ min</,
    );
  });

  it("says what keeps its user from logging in, and why a login cannot be confirmed", async () => {
    await atApp();
    await call(mock, "PATCH", "/users/ada", { body: { status: "no_app" } });
    expect((await look()).text("trouble")).toBe("The app: Not installed");
    const [{ id: login, challenge }] = await waiting();
    const form = { login, action: "confirm", choice: String(challenge) };
    const refused = await page(mock, PHONE, { form });
    expect([refused.status, refused.text("problem")]).toEqual([
      422,
      expect.stringContaining("has the status no_app"),
    ]);
  });

  it.each([
    [{ action: "dance" }, 400],
    [{ action: "constructor" }, 400],
    [{}, 400],
    [{ action: "approve", login: "nothing" }, 404],
    [{ action: "withdraw", consent: "nothing" }, 404],
    [{ action: "forget", browser: "nothing" }, 404],
    [{ action: "status", status: "asleep" }, 400],
    [{ action: "number", phone_number: "abc" }, 400],
  ])("refuses what it cannot do, in the API's words: %j", async (form, status) => {
    const got = await page(mock, PHONE, { form: form as Record<string, string> });
    expect(got.status).toBe(status);
    expect(got.text("problem")).toBeDefined();
  });
});

describe("a login from phone number at a phone", () => {
  it("is confirmed first, with its message, and then the data is asked for", async () => {
    const { auth_req_id: id } = await begin(mock, {
      binding_message: "TILL-07",
      scope: "openid email",
    });
    const first = await look();
    expect(first.html).not.toContain("ada@example.com");
    const [{ id: login }] = await waiting();
    const second = await look(`&login=${login}&step=consent`);
    expect(second.text("consent-item-email")).toContain("ada@example.com");
    await press({ login, action: "approve" }, `&login=${login}&step=consent`);
    expect((await poll(mock, id)).json()).toHaveProperty("access_token");
  });

  it("is approved at once where nothing is shared", async () => {
    const { auth_req_id: id } = await begin(mock, { scope: "openid" });
    const [{ id: login }] = await waiting();
    const got = await look();
    expect(got.text("next")).toBeUndefined();
    expect(offered(got, "action")).toContain("approve");
    await press({ login, action: "approve" });
    expect((await poll(mock, id)).json()).toHaveProperty("access_token");
  });

  it("asks the merchant's questions, and tells the merchant which boxes were ticked", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    await begin(mock, { scope: "openid name delegatedConsents customFlow" });
    const [{ id: login }] = await waiting();
    const step = `&login=${login}&step=consent`;
    const asked = await look(step);
    expect(asked.text("delegated-consents")).toContain("Receive offers via email (required)");
    expect(asked.text("custom-flow-1")).toContain("I want to be a member");

    const box = "delegatedConsents.email";
    const form = { login, action: "approve", "customFlow.club": "yes" };
    const missed = await page(mock, `${PHONE}${step}`, { form, headers: ENGLISH });
    expect([missed.status, missed.text("missing")]).toEqual([
      422,
      "To continue, accept everything that is marked “required”.",
    ]);
    expect(missed.html).toMatch(/name="customFlow.club" value="yes" checked/);

    const after = await press({ ...form, [box]: "yes" }, step);
    expect(after.text("done")).toContain('"sms":false');
    expect(after.text("said")).toContain("Confirmed.");
  });
});

describe("a browser login whose consent the app asks for", () => {
  const request = { requested_flow: "app_to_app_v2", scope: "openid email delegatedConsents" };
  const pkce = {
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  };

  beforeEach(async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    browser = new Browser(mock);
  });

  it("is one question without a number where nothing else is asked", async () => {
    await atApp({ ...request, ...pkce, scope: "openid email" });
    const got = await look();
    expect(offered(got, "choice")).toEqual([]);
    expect(got.text("consent-item-email")).toContain("ada@example.com");
    const [{ id: login }] = await waiting();
    await press({ login, action: "confirm" });
    expect(parameterOf(await reload(), "code")).toBeDefined();
  });

  it("may be answered at the phone while the browser's page asks", async () => {
    await atApp({ ...request, ...pkce });
    const [{ id: login }] = await waiting();
    const asked = await press({ login, action: "confirm" });
    expect(pageOf(await reload())).toBe("consent");
    expect(asked.html).not.toContain('data-testid="in-browser"');
    await press({ login, action: "approve", "delegatedConsents.email": "yes" });
    expect(parameterOf(await reload(), "code")).toBeDefined();
  });
});

describe("what a phone looks after", () => {
  it("has the companies with access, and takes it back; the webhook is there to be seen", async () => {
    const [unit] = (await call(mock, "GET", "/sales-units")).body.items;
    const url = "http://localhost:3999/revoked";
    await walkLogin(browser);
    const before = await look("&screen=sharing");
    expect(before.texts("consent")).toEqual(["Demo Group Name Since 17 May 2023 Withdraw"]);
    const [{ id: consent }] = (await call(mock, "GET", "/consents")).body.items;
    await call(mock, "PATCH", `/sales-units/${unit.msn}`, { body: { consentWebhookUrl: url } });
    const after = await press({ action: "withdraw", consent }, "&screen=sharing");
    expect(after.text("done")).toContain("The next login asks again.");
    expect(after.text("nothing")).toBe("You share no information with anybody.");
    expect(after.texts("told")).toEqual([expect.stringContaining(url)]);
    const app = await atApp();
    const choice = String(challengeOf(app).right);
    expect(pageOf(await browser.submit(app, { choice }))).toBe("consent");
  });

  it("says that nobody is told where there is no webhook", async () => {
    for (const { msn } of (await call(mock, "GET", "/sales-units")).body.items) {
      await call(mock, "PATCH", `/sales-units/${msn}`, { body: { consentWebhookUrl: null } });
    }
    await walkLogin(browser);
    await call(mock, "DELETE", "/consents?user=ada");
    expect((await look("&screen=sharing")).text("untold")).toContain("Demo Group is not told");
  });

  it("has the browsers that remember its user, and forgets one", async () => {
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const remembered = new Browser(mock, { "user-agent": agent });
    await walkLogin(remembered, { remember: true });
    const before = await look("&screen=browsers");
    expect(before.texts("browser")).toEqual(["Firefox, Linux Since 17 May 2023 Forget me there"]);
    const [{ id }] = (await call(mock, "GET", "/browsers")).body.items;
    const after = await press({ action: "forget", browser: id }, "&screen=browsers");
    expect(after.text("nothing")).toBe("No browser remembers you.");
    expect(pageOf(await remembered.login())).toBe("phone");
  });

  it("changes number and status, and takes that back", async () => {
    const status = async () => (await call(mock, "GET", "/users/ada")).body.status;
    const after = await press({ action: "status", status: "outdated_app" }, "&screen=me");
    expect([await status(), after.text("undo")]).toEqual(["outdated_app", "Undo"]);
    expect(after.html).toMatch(/value="outdated_app" aria-pressed="true"/);
    await call(mock, "PATCH", "/users/ada", { body: { status: "blocked" } });
    expect((await page(mock, `${PHONE}&screen=me`, { form: undoOf(after) })).status).toBe(409);
    expect(await status()).toBe("blocked");
    await press({ action: "status", status: "active" }, "&screen=me");
    expect(await status()).toBe("active");

    const moved = await press({ action: "number", phone_number: "+47 412 34 567" }, "&screen=me");
    expect(moved.text("done")).toContain("The number is +47 412 34 567.");
    expect((await call(mock, "GET", "/users/ada")).body.phoneNumber).toBe("4741234567");
    await submit(mock, `${PHONE}&screen=me`, undoOf(moved));
    expect((await call(mock, "GET", "/users/ada")).body.phoneNumber).toBe("4712345678");
    const form = { action: "number", phone_number: "4799000011" };
    expect(moved.html.replaceAll("&#x3D;", "=")).toContain(
      'action="./phone?user=ada&amp;screen=me"',
    );
    const taken = await page(mock, `${PHONE}&screen=me`, { form });
    expect([taken.status, taken.text("problem")]).toEqual([
      409,
      expect.stringContaining("belongs to another user"),
    ]);
    expect(taken.html).toContain('value="4799000011"');
  });

  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
      "Edge, Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
      "Safari, iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
      "Chrome, Android",
    ],
    ["curl/8.5.0", "curl/8.5.0"],
    ["", ""],
  ])("calls a browser what people call it: %s", (agent, name) => {
    expect(browserName(agent)).toBe(name);
  });
});

describe("the page that waits for the app", () => {
  const isFolded = async () => (await reload()).body.includes('data-testid="phone-open"');

  it("folds its own phone away while another one is open, for 40 seconds of the real time", async () => {
    await atApp();
    expect(await isFolded()).toBe(false);
    await look();
    expect(await isFolded()).toBe(true);
    expect((await reload()).body).toContain("The phone is open elsewhere. Show it here");
    mock.wall.now = later(mock.wall.now, 39);
    expect(await isFolded()).toBe(true);
    mock.wall.now = later(mock.wall.now, 1);
    expect(await isFolded()).toBe(false);
  });

  it("does not for another user's phone, and is not seen as a change by those who look", async () => {
    await atApp();
    const before = await mock.sandbox.store.revision();
    await page(mock, "/mock/phone?user=leap-day");
    expect(await mock.sandbox.store.revision()).toBe(before);
    expect(await isFolded()).toBe(false);
  });
});

describe("hostile values on a phone", () => {
  it("break nothing", async () => {
    const hostile = `<script>alert(1)</script>"'&\u202e${"Å".repeat(150)}`;
    await call(mock, "PATCH", "/users/ada", { body: { givenName: hostile } });
    const [unit] = (await call(mock, "GET", "/sales-units")).body.items;
    await call(mock, "PATCH", `/sales-units/${unit.msn}`, { body: { name: hostile } });
    await walkLogin(new Browser(mock, { "user-agent": hostile.slice(0, 20) }), { remember: true });
    await atApp({ scope: "openid name email" });
    for (const query of [
      "",
      "&screen=sharing",
      "&screen=browsers",
      "&screen=me",
      "&said=<b>",
      "&login=%22%3E",
    ]) {
      const { status, html } = await look(query);
      expect(status).toBe(200);
      expect(html).not.toMatch(/<script(?! src=)|<b>/);
    }
    expect((await page(mock, "/mock/phone")).html).not.toMatch(/<script(?! src=)/);
    const nobody = await page(mock, `/mock/phone?user=${encodeURIComponent(hostile)}`);
    expect(nobody.status).toBe(404);
    expect(nobody.html).not.toMatch(/<script(?! src=)/);
  });
});
