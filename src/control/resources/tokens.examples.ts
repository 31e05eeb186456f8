import type { ExamplesOf } from "../api/examples.ts";
import type { tokenOperations } from "./tokens.ts";

export const tokenExamples: ExamplesOf<typeof tokenOperations> = {
  "POST /tokens": [
    {
      title: "Ada has logged in at Demo Shop",
      body: {
        user: "ada",
        clientId: "10000000-0000-4000-8000-000000000001",
        scope: "openid name",
      },
    },
  ],
};
