import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { rememberByDefault } from "../../src/rules/remembered.ts";

describe(FAQ.remembered, () => {
  it.each([
    [
      "iPhone",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1",
    ],
    [
      "Android",
      "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Mobile Safari/537.36",
    ],
    ["Firefox on a phone", "Mozilla/5.0 (Mobile; rv:113.0) Gecko/113.0 Firefox/113.0"],
    [
      "an Android tablet",
      "Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/113.0.0.0 Safari/537.36",
    ],
    ["an iPhone app's own name", "MyApp/1 (iphone)"],
  ])("on by default on a phone where the profile says so: %s", (_, userAgent) => {
    expect(rememberByDefault(userAgent, { rememberOnPhones: true })).toBe(true);
    expect(rememberByDefault(userAgent, { rememberOnPhones: false })).toBe(false);
  });

  it.each([
    [
      "Chrome on Windows",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36",
    ],
    ["Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/113.0"],
    [
      "Safari on macOS",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 13_4) Version/16.5 Safari/605.1.15",
    ],
    ["curl", "curl/8.1.2"],
    ["an empty header", ""],
    ["no header", undefined],
  ])("off by default on a desktop: %s", (_, userAgent) => {
    expect(rememberByDefault(userAgent, { rememberOnPhones: true })).toBe(false);
    expect(rememberByDefault(userAgent, { rememberOnPhones: false })).toBe(false);
  });
});
