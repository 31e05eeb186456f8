import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
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

const entries: Readonly<Record<Entry, () => void>> = {
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

  for (const [name, tests] of Object.entries(entries)) describe(FAQ[name as Entry], tests);
});

describe("the table of FAQ entries", () => {
  it("has every entry that a rule enforces, and no other", () => {
    const tested = Object.keys(entries).map((name) => FAQ[name as Entry]);
    const enforced = new Set(RULES.flatMap(({ faq }) => faq));
    expect(tested.sort()).toEqual([...enforced].sort());
  });
});
