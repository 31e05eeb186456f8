import type { ExamplesOf } from "../api/examples.ts";
import type { stateOperations } from "./state.ts";

export const stateExamples: ExamplesOf<typeof stateOperations> = {
  "GET /state": [{ title: "All there is" }],
  // It takes what GET /state returned, which is too long to be shown.
  "PUT /state": [],
  "POST /state/reset": [{ title: "Before the next test" }],
};
