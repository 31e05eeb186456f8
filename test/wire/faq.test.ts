import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/rules/faq.ts";
import { RULES } from "../../src/rules/index.ts";
import { browserEntries } from "./faq/browser.ts";
import { consentEntries } from "./faq/consent.ts";
import { credentialsEntries } from "./faq/credentials.ts";
import { delegatedConsentsEntries } from "./faq/delegated-consents.ts";
import { identityEntries } from "./faq/identity.ts";
import { partnerKeysEntries } from "./faq/partner-keys.ts";
import { phoneNumberEntries } from "./faq/phone-number.ts";
import { redirectUrisEntries } from "./faq/redirect-uris.ts";
import { mock, start } from "./faq/setting.ts";
import { statisticsEntries } from "./faq/statistics.ts";
import { webhooksEntries } from "./faq/webhooks.ts";

/**
 * Every entry of the FAQ, as a merchant's application meets it. The table below has a place for each
 * entry, so that the compiler asks for the tests of a new one.
 */

type Entry = keyof typeof FAQ;

/** Entries whose endpoints do not exist yet, with what they wait for. */
const LATER = {} as const satisfies Partial<Record<Entry, string>>;

type EntryNow = Exclude<Entry, keyof typeof LATER>;

const entries: Readonly<Record<EntryNow, () => void>> = {
  ...credentialsEntries,
  ...redirectUrisEntries,
  ...identityEntries,
  ...consentEntries,
  ...delegatedConsentsEntries,
  ...browserEntries,
  ...webhooksEntries,
  ...statisticsEntries,
  ...phoneNumberEntries,
  ...partnerKeysEntries,
};

describe("FAQ", () => {
  beforeEach(() => start());
  afterEach(() => mock.close());

  for (const [name, tests] of Object.entries(entries)) describe(FAQ[name as EntryNow], tests);
});

describe("the table of FAQ entries", () => {
  it("has every entry that a rule enforces, and leaves the others to named work", () => {
    const tested: string[] = Object.keys(entries).map((name) => FAQ[name as EntryNow]);
    const enforced = new Set(RULES.flatMap(({ faq }) => faq));
    expect([...enforced].filter((entry) => !tested.includes(entry))).toEqual([]);
    const later = Object.keys(LATER).map((name) => FAQ[name as Entry]);
    expect([...tested, ...later].sort()).toEqual(Object.values(FAQ).sort());
  });
});
