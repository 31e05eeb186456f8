import { defineConfig } from "vitest/config";
import { fromBundle } from "./test/support/from-bundle.ts";
import { LongFirst } from "./test/support/long-first.ts";

/**
 * What may behave differently on another Node: processes, sockets, streams, keys, timers, and the
 * clients that merchants use. The gate runs these on every supported Node, the rest on the oldest: what
 * is about us, about a store or about a test runner (test/runners) is the same whichever Node runs it.
 */
const dependsOnNode = [
  "test/{capabilities,cli,conformance,http,keys,sdk,tls}/**/*.test.ts",
  // The clients in folders of their own are no Node: they run once.
  "test/clients/*.test.ts",
  "test/wire/token.test.ts",
];

export default defineConfig({
  test: {
    // The machine of the gate has two cores, and a test that waits for another process leaves one to a third worker.
    maxWorkers: 3,
    // Each test starts a whole mock: most of what they collect as garbage never leaves the nursery, if that is large.
    execArgv: ["--max-semi-space-size=128", "--min-semi-space-size=64"],
    // Some tests run whole programs and browsers; on a busy machine they are slow, not broken.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // To read src/ anew for each file is half the time that most of these take.
    isolate: false,
    sequence: { sequencer: LongFirst },
    projects: [
      { extends: true, test: { name: "all", include: ["test/**/*.test.ts"] } },
      {
        // On each newer Node, of what is built: there nobody counts coverage.
        extends: true,
        plugins: [fromBundle()],
        test: {
          name: "node",
          include: dependsOnNode,
          globalSetup: ["test/support/from-bundle.ts"],
          server: { deps: { external: [/\/\.bundle\//] } },
        },
      },
      {
        // What merchants, tests and people ask once more, of two bundled servers behind nginx that share a Redis.
        // `npm test` runs it by itself: of the bundle no coverage is counted, but counting makes it an eighth slower.
        extends: true,
        plugins: [fromBundle()],
        test: {
          name: "two servers",
          include: ["test/{config,control,dashboard,wire}/**/*.test.ts", "test/clients/*.test.ts"],
          env: { MOCK_SERVERS: "2" },
          globalSetup: ["test/support/from-bundle.ts", "test/support/shared-servers.ts"],
          server: { deps: { external: [/\/\.bundle\//] } },
        },
      },
    ],
    reporters: ["default", "./test/support/summary-reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // It runs in a process of its own.
      exclude: ["src/main.ts"],
      // The gate reads the summary alone.
      reporter: process.env["CI"] === "true" ? ["text-summary"] : ["text-summary", "html"],
      thresholds: {
        lines: 95,
        branches: 95,
        "src/{oidc,rules,profiles}/**": {
          lines: 100,
          branches: 100,
          functions: 100,
          statements: 100,
        },
      },
    },
  },
});
