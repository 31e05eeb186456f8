import { afterAll, beforeAll, expect, test } from "vitest";
import { startVippsLoginMock } from "../../src/index.ts";
import { describeInChromium } from "../support/chromium.ts";
import { until } from "../support/wait.ts";
import type { Look, Stage } from "./demo-stage.ts";
import { setStage } from "./demo-stage.ts";
import { press, seesHeading, typePhoneNumber } from "./person.ts";

/** The demo, from beginning to end by somebody who has nothing but the pages. */

const LOOKS: readonly Look[] = [
  { width: 1280, colorScheme: "light", javaScriptEnabled: true },
  { width: 1280, colorScheme: "dark", javaScriptEnabled: true },
  { width: 390, colorScheme: "light", javaScriptEnabled: true },
  { width: 390, colorScheme: "dark", javaScriptEnabled: true },
  { width: 1280, colorScheme: "light", javaScriptEnabled: false },
];

const ADA = "+47 123 45 678";
const CONSENT = "Do you want to share information with Demo Shop?";
const HOLDS = "Logged in: every check holds.";

describeInChromium("the demo in Chromium", (browser) => {
  let mock: Awaited<ReturnType<typeof startVippsLoginMock>>;

  beforeAll(async () => {
    // Its clock runs: no poll is ever due by one that stands still.
    mock = await startVippsLoginMock({ config: {} });
  });

  afterAll(() => mock.close());

  // Much of it is waiting, so that all go on at once.
  test.concurrent.for(LOOKS)(
    "is shown by pages alone: $width px, $colorScheme, scripts $javaScriptEnabled",
    { timeout: 300_000 },
    async (look, context) => {
      const stage = await setStage(browser(), look, context);
      await goToOwnSandbox(stage, mock.url);
      await logInBesideThePhone(stage);
      await withdrawTheConsent(stage);
      await logInAtATill(stage);
      await findOutWhatIsWrong(stage);
      expect(stage.faults).toEqual([]);
    },
  );
});

/** What one audience leaves behind, no other one sees. */
async function goToOwnSandbox({ desktop, phone, sees }: Stage, url: string): Promise<void> {
  await desktop.goto(`${url}/mock/lab/sandboxes`);
  await press(desktop, "Make it");
  await sees(desktop.getByTestId("done"));
  const own = (await desktop.getByTestId("done").textContent())?.match(/http\S+\/s\/\w+/)?.[0];
  await desktop.goto(`${own}/mock/try`);
  await phone.goto(`${own}/mock/phone?user=ada`);
  await sees(phone.getByTestId("empty"));
}

async function logInBesideThePhone(stage: Stage): Promise<void> {
  const { desktop, sees } = stage;
  await desktop.getByTestId("register").click();
  await sees(desktop.getByTestId("done"));
  await confirmAtThePhone(stage);
  await share(stage);
  expect(await desktop.getByTestId("who").textContent()).toMatch(/^At Demo Shop, as Ada Nordmann/);
  const outcomes = await desktop
    .getByTestId(/^check-/)
    .locator(".mark")
    .allTextContents();
  expect(outcomes.length).toBeGreaterThan(7);
  expect(new Set(outcomes)).toEqual(new Set(["holds"]));
}

/** From Try to the phone, and until the desktop has gone on from there. */
async function confirmAtThePhone({ desktop, phone, isLive, sees }: Stage): Promise<void> {
  await desktop.getByTestId("login").click();
  await sees(desktop.getByTestId("phone-number"));
  await typePhoneNumber(desktop, ADA);
  await sees(desktop.getByTestId("challenge"));
  const number = phone.getByTestId(
    `choice-${await desktop.getByTestId("challenge").textContent()}`,
  );
  if (!isLive) await phone.getByTestId("refresh").click();
  await sees(number);
  await number.click();
  await sees(phone.getByTestId("in-browser"));
  if (!isLive) await desktop.getByTestId("continue").click();
}

/** Gives the consent that is asked for. */
async function share({ desktop, phone, isLive, sees }: Stage): Promise<void> {
  await seesHeading(desktop, CONSENT);
  await sees(desktop.getByTestId("accept"));
  await press(desktop, "Share information");
  await sees(desktop.getByText(HOLDS));
  if (!isLive) await phone.getByTestId("refresh").click();
  await sees(phone.getByTestId("said"));
}

async function withdrawTheConsent(stage: Stage): Promise<void> {
  const { desktop, phone, receiver, isLive, sees } = stage;
  await desktop.getByTestId("nav-portal").click();
  await sees(desktop.getByTestId("unit").first());
  await desktop.getByTestId("unit").filter({ hasText: "Demo Shop" }).click();
  await desktop.getByLabel("Webhook of revoked consents").fill(`${receiver.url}/revoked`);
  await desktop.getByTestId("save").click();
  await sees(desktop.getByTestId("done"));
  await desktop.getByRole("link", { name: /^Webhooks \d/ }).click();
  await sees(desktop.getByText("Nothing was sent yet"));

  await phone.getByTestId("tab-sharing").click();
  await sees(phone.getByTestId("consent"));
  await press(phone, "Withdraw");
  await sees(phone.getByTestId("nothing"));

  const delivery = desktop.getByTestId("delivery").filter({ hasText: "delivered" });
  if (!isLive) {
    await until(async () => {
      await desktop.reload();
      return delivery.isVisible();
    });
  }
  await sees(delivery);
  await sees(desktop.getByRole("link", { name: "Webhooks 1", exact: true }));
  await delivery.locator("summary").first().click();
  const [webhook, ...others] = receiver.received;
  expect([webhook?.path, others]).toEqual(["/revoked", []]);
  await sees(delivery.getByText(String(webhook?.body)));
  if (!isLive) await phone.getByTestId("refresh").click();
  await sees(phone.getByTestId("told").filter({ hasText: "delivered, 200" }));

  await phone.getByTestId("tab-inbox").click();
  await desktop.getByTestId("nav-try").click();
  await confirmAtThePhone(stage);
  await share(stage);
}

async function logInAtATill({ desktop, phone, isLive, sees }: Stage): Promise<void> {
  await desktop.getByTestId("again").click();
  const till = desktop.getByTestId("till");
  await till.getByLabel("or phone number").fill(ADA);
  await till.getByLabel("Binding message").fill("TILL-7");
  await till.getByText("Scopes").first().click();
  await till.getByLabel("delegatedConsents").check();
  await sees(till);
  await press(desktop, "Ask the phone");
  await sees(desktop.getByText("The user has not answered yet."));

  if (!isLive) await phone.getByTestId("refresh").click();
  await sees(phone.getByTestId("binding-message"));
  expect(await phone.getByTestId("binding-message").textContent()).toBe("TILL-7");
  await phone.getByTestId("next").click();
  await phone.getByLabel("Receive offers via email").check();
  await sees(phone.getByTestId("accept"));
  await press(phone, "Confirm");
  await sees(phone.getByTestId("said"));

  if (!isLive) await press(desktop, "Poll");
  await sees(desktop.getByText(HOLDS));
  const answers = await desktop.getByTestId("step-userinfo").textContent();
  expect(answers).toMatch(/"delegatedConsents"/);
}

async function findOutWhatIsWrong({ desktop, faults, sees }: Stage): Promise<void> {
  const diagnosis = desktop.getByTestId("diagnosis");
  await desktop.getByTestId("again").click();
  const callback = String(await desktop.getByTestId("callback").textContent());
  await press(desktop, "A slash too many");
  await sees(diagnosis);
  await desktop.getByTestId("refusal").click();
  await sees(desktop.getByRole("heading", { name: "Why it was refused" }));
  expect(await diagnosis.textContent()).toContain(
    `redirect_uri ${callback}/ differs from the registered ${callback} only by the trailing slash`,
  );
  const difference = diagnosis.getByTestId("difference");
  expect(await difference.locator("code").textContent()).toBe(`${callback}/`);
  expect(await difference.locator("del").textContent()).toBe("/");

  await desktop.getByTestId("nav-try").click();
  await press(desktop, "A wrong secret");
  await sees(diagnosis);
  expect(await diagnosis.textContent()).toMatch(/the client_secret sent for \S+ is wrong/);
  // The right one is two clicks away.
  await desktop.getByRole("link", { name: "Demo Shop" }).click();
  await desktop.getByTestId("show-secret").click();
  await sees(desktop.getByTestId("client-secret"));

  // Once more where people stand who have not tried anything, but are left on an error page.
  await desktop.getByTestId("nav-try").click();
  await press(desktop, "Take it off");
  await press(desktop, "Log in all the same");
  await sees(diagnosis);
  expect(await diagnosis.textContent()).toContain(`redirect_uri ${callback} is not registered`);
  // That the page is an error by its status is for programs to know.
  expect(faults.splice(0)).toEqual([expect.stringContaining("a status of 400")]);
  await desktop.getByTestId("log-entry").click();
  await sees(desktop.getByRole("heading", { name: "Why it was refused" }));
}
