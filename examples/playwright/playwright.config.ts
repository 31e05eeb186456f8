import { defineConfig } from "@playwright/test";

/** The browser: Playwright's own, or the one that CHROMIUM names. */
const executablePath = process.env.CHROMIUM;

export default defineConfig({
  testDir: "test",
  fullyParallel: true,
  reporter: "list",
  use: {
    locale: "en",
    launchOptions: {
      ...(executablePath && { executablePath }),
      // Chromium's own sandbox does not work for root, as whom containers run.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
