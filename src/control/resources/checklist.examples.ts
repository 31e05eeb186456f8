import type { ExamplesOf } from "../api/examples.ts";
import type { checklistOperations } from "./checklist.ts";

export const checklistExamples: ExamplesOf<typeof checklistOperations> = {
  "GET /checklist": [{ title: "Of the one client that has called" }],
  "GET /checklist/report": [{ title: "For CI", query: { format: "junit" } }],
  "PATCH /checklist": [
    {
      title: "What a person has looked at",
      body: { items: { branding: { done: true, note: "Kari, against the design guidelines" } } },
    },
    {
      title: "Nobody has to say what requests show",
      body: { items: { state: { done: true } } },
      refused: 400,
    },
  ],
  "DELETE /checklist": [{ title: "Only what comes from now on counts" }],
};
