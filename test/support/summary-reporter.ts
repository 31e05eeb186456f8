import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends the output with a line that programs can read: `N passed, N failed`, and `, N skipped` where
 * there are any. A file that cannot be loaded counts as a failed test.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const failed = count("failed") + broken + errors.length;
    const skipped = count("skipped");
    const line = `${count("passed")} passed, ${failed} failed`;
    // Whatever else is printed, such as the coverage, comes before the end of the process.
    process.once("exit", () => console.log(skipped > 0 ? `${line}, ${skipped} skipped` : line));
  }
}
