import type { ExamplesOf } from "../api/examples.ts";
import type { countOperations } from "./counts.ts";

export const countExamples: ExamplesOf<typeof countOperations> = {
  "GET /counts": [{ title: "After Ada has logged in" }],
};
