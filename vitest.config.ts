import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The machine of the gate has two cores; with one of them the suite takes half as long again.
    maxWorkers: 2,
    // Some tests run whole programs and browsers; beside another such file they are slow, not broken.
    testTimeout: 30_000,
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/support/summary-reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/main.ts"],
      reporter: ["text-summary", "html"],
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
