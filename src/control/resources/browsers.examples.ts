import type { ExamplesOf } from "../api/examples.ts";
import type { browserOperations } from "./browsers.ts";

const BROWSER = {
  id: "1dox5udtJ5S6TG6fekmCf",
  user: "ada",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  authenticatedAt: "2023-05-17T10:00:00Z",
  forgetAt: "2024-05-16T10:00:00Z",
};

export const browserExamples: ExamplesOf<typeof browserOperations> = {
  "GET /browsers": [
    { title: "Ada's browser", query: { user: "ada" }, response: { items: [BROWSER] } },
  ],
  "GET /browsers/{id}": [{ title: "Ada's browser", params: { id: BROWSER.id }, response: BROWSER }],
  "DELETE /browsers/{id}": [{ title: "Ada clears her cookies", params: { id: BROWSER.id } }],
  "DELETE /browsers": [{ title: "Everybody enters the phone number again" }],
};
