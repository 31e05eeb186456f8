import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** These take long: begun last, they keep one core busy when the other has nothing left to do. */
const LONG = [
  "/test/views/dashboard-accessibility.test.ts",
  "/test/views/accessibility.test.ts",
  "/test/browser/demo.test.ts",
  "/test/runners/failing-tests.test.ts",
  "/test/wire/bad-input.test.ts",
  "/test/wire/faq.test.ts",
  "/test/control/isolation.test.ts",
];

/** The order of Vitest, which begins with the largest files of a project, but with these before them. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const rank = ({ project, moduleId }: TestSpecification) =>
      2 * projects.indexOf(project) + (LONG.some((name) => moduleId.endsWith(name)) ? 0 : 1);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}
