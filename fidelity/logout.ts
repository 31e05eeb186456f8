import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, documented, observed } from "./behaviour.ts";

export const logoutSection: Section = {
  title: "Logout endpoint",
  endpoints: [`GET ${PATHS.logout}`],
  behaviours: [
    observed(
      "Expo sample",
      "Discovery lists it as `end_session_endpoint`.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
    ),
    documented(
      `FAQ: ${FAQ.logout}; documentation 2023`,
      "A merchant cannot log anybody out with it.",
      "wire/faq/browser.ts > not from here: the page explains it, and the browser stays remembered",
    ),
    assumed(
      "no public source",
      "It responds with 400 and a page that says so; `post_logout_redirect_uri` and the other " +
        "parameters are ignored. What the real endpoint does is not known.",
      "wire/logout.test.ts > %s with the language %j explains and leads nowhere",
    ),
  ],
};
