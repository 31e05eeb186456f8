import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createViews } from "../../src/pages/render.ts";
import { scopeLabel, texts } from "../../src/pages/texts.ts";
import type { PhoneView } from "../../src/pages/view-models.ts";
import { FAQ } from "../../src/records/faq.ts";
import { examples, languages, ordinary, renderExample } from "./models.ts";

const views = createViews();
const folder = new URL("../../views/", import.meta.url);

const hostile = `<script>alert("1")</script>'\`{{t}} & ="\n${"Å".repeat(300)}`;

describe.each(languages)("pages in %s", (language) => {
  const pages = examples(language, ordinary);
  const hostilePages = examples(language, { salesUnit: hostile, name: hostile, value: hostile });

  test.each(pages)("$label is a page of its own that says it is a mock", async (example) => {
    const html = await renderExample(views, example);
    expect(html).toMatch(/^<!doctype html>\n<html lang="(nb|en|da|fi)">/);
    expect(html).toContain(`lang="${language}"`);
    expect(html).toContain('data-testid="mock-banner"><strong>vipps-login-mock</strong>');
    expect(html).toContain(texts[language].banner);
    expect(html).toContain('<meta name="robots" content="noindex">');
    expect(html).toContain('<link rel="stylesheet" href="style.css">');
    expect(html).not.toMatch(
      /<script(?! src="(?:app|ended|form-post)\.js" defer>)|javascript:|https?:\/\/|undefined|\[object|=>/,
    );
  });

  test.each(hostilePages.map((example, index) => ({ ...example, harmless: pages[index] })))(
    "$label keeps hostile values out of its markup",
    async ({ harmless, ...example }) => {
      const html = await renderExample(views, example);
      expect(html).not.toMatch(/<script(?! src="(?:app|ended|form-post)\.js" defer>)/);
      expect(html).not.toContain('alert("1")');
      expect(markup(html)).toEqual(markup(harmless ? await renderExample(views, harmless) : ""));
    },
  );
});

test("the real one's English texts are exact", async () => {
  const html = new Map<string, string>();
  for (const example of examples("nb", ordinary)) {
    html.set(example.label, await renderExample(views, example));
  }
  const notEligible = texts.en.phone.notEligible(15);
  expect(notEligible).toBe(
    "To log in with Vipps you need to have Vipps on your phone and be at least 15 years old.",
  );
  expect(html.get("error")).toContain("<h1>Uff da, noe gikk galt</h1>");
  expect(html.get("error about the redirect URI")).toContain(
    '<p data-testid="error-description">The "redirect_uri" provided with your request does not match any of your preregistered URIs. See how to add/update URIs in our documentation:</p>',
  );
  const pointer = `>Vipps Login API FAQ: ${FAQ.redirectUris}</p>`;
  expect(html.get("error about the redirect URI")).toContain(pointer);
  expect(html.get("error")).not.toContain("FAQ");
  expect(html.get("app without a token")).toContain(">Could not get Vipps Login token</p>");
  expect(html.get("app")).not.toContain("Could not get Vipps Login token");
});

test("a problem changes what cancel is called", async () => {
  const label = /data-testid="cancel">([^<]*)</;
  const model: PhoneView = {
    language: "en",
    salesUnit: "Bakery",
    action: "login",
    loginChallenge: "1",
    phoneNumber: "4712345678",
    remember: true,
    minimumAge: 15,
    users: [],
    canRemember: true,
    moreUsers: false,
  };
  const plain = await views.render("phone", model);
  expect(label.exec(plain)?.[1]).toBe("Cancel");
  expect(plain).not.toContain("aria-invalid");
  expect(plain).toContain('value="yes" checked');
  const refused = await views.render("phone", { ...model, problem: "not_eligible" });
  expect(refused).toContain('data-testid="cancel">Back to <bdi>Bakery</bdi></button>');
  expect(refused).toContain(texts.en.phone.notEligible(15));
  expect(refused).toContain('aria-invalid="true"');
  expect(refused).toContain('value="4712345678"');
});

test("a name in which the direction of writing turns turns no text around it", async () => {
  for (const language of languages) {
    const turning = "\u202epohS\u2066";
    const data = { salesUnit: `A ${turning}`, name: `B ${turning}`, value: `C ${turning}` };
    for (const example of examples(language, data)) {
      const html = await renderExample(views, example);
      // Titles are isolated by the browser, and a field by being one.
      const others = html
        .replace(/<title>.*?<\/title>/s, "")
        .replace(/<bdi[^>]*>.*?<\/bdi>/gs, "")
        .replace(/(?:value|title)="[^"]*"/g, "");
      for (const kind of ["A", "B"])
        expect(others, example.label).not.toContain(`${kind} ${turning}`);
    }
  }
});

test("a page elsewhere names its stylesheet", async () => {
  const html = await views.render("logout", { language: "en", stylesheet: "../a&b.css" });
  expect(html).toContain('<link rel="stylesheet" href="../a&amp;b.css">');
});

test("a scope without a name of its own is shown as it is", () => {
  expect(scopeLabel("nb", "nin")).toBe("Fødselsnummer");
  expect(scopeLabel("da", "birthdate")).toBe("Fødselsdato");
  expect(scopeLabel("fi", "delegatedConsents")).toBe("delegatedConsents");
  expect(scopeLabel("en", "constructor")).toBe("constructor");
});

test("no template puts anything in unescaped", async () => {
  for (const [name, source] of await templates()) {
    expect(source, name).not.toMatch(
      /\{\{\{|\{\{~?&|style=|<script(?! src="(?:app\.js|ended\.js|enter\.js|\{\{script\}\}|\{\{frame\.root\}\}(?:idiomorph|live)\.js)" defer>)| on[a-z]+=/,
    );
  }
});

test("the stylesheet loads nothing", async () => {
  expect(await views.stylesheet()).not.toMatch(/url\(|@import/);
});

// Around a user's phone, which fills a small window, less is shown; test/browser/phone.test.ts looks at it there.
test("nothing is hidden by the width of a window, and nothing looks another way", async () => {
  const css = await views.stylesheet();
  const byWidth = css.match(/@media \((?:min|max)-width[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g);
  expect(byWidth?.length).toBeGreaterThan(4);
  for (const block of byWidth ?? []) {
    expect(block).not.toMatch(/color|background|opacity|shadow|filter|fill/);
    expect(block.replace(/\.on-phone [^{]*\{[^{}]*\}/g, "")).not.toMatch(
      /display: none|visibility|position: absolute|content:|font/,
    );
  }
});

test("every text is used", async () => {
  const sources = [...(await templates()).values()].join("\n");
  const { scopes: _byScope, genders: _byGender, ...pages } = texts.en;
  for (const key of paths("t", pages)) {
    expect(sources).toMatch(new RegExp(`\\b${key.replaceAll(".", "\\.")}\\b`));
  }
});

test("all languages differ where they should", () => {
  const { nb, en, da, fi } = texts;
  for (const page of ["phone", "app", "consent", "error", "logout"] as const) {
    const titles = [nb, en, fi].map(({ [page]: { title } }) =>
      typeof title === "string" ? title : title("X"),
    );
    expect(new Set(titles).size).toBe(titles.length);
  }
  expect(new Set([nb, en, da, fi].map(({ banner }) => banner)).size).toBe(4);
});

/** The tags of a page with the names of their attributes: what values must not be able to change. */
function markup(html: string): string[] {
  return (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
}

/** Every leaf below an object, as the dotted path a template would write. */
function paths(prefix: string, value: object): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" && inner !== null
      ? paths(`${prefix}.${key}`, inner)
      : [`${prefix}.${key}`],
  );
}

async function templates(): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    name.endsWith(".hbs"),
  );
  const sources = names.map(
    async (name) => [name, await readFile(new URL(name, folder), "utf8")] as const,
  );
  return new Map(await Promise.all(sources));
}
