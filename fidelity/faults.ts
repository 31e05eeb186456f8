import type { Section } from "./behaviour.ts";
import { assumed, different } from "./behaviour.ts";

/** What merchants see of faults, which are there only where a test asked for them. */
export const faultsSection: Section = {
  title: "Faults",
  endpoints: [],
  behaviours: [
    different(
      "the mock's own",
      "A fault that a test has set makes an endpoint or a page fail or respond late, breaks " +
        "the connection, or corrupts one thing in an ID token, in userinfo's `sub`, in what the browser brings back, " +
        "or adds members to JSON that nobody knows.",
      "A client must be tested against what the real service does only on a bad day.",
      "wire/faults.test.ts > by its endpoint",
      "clients/faults.test.ts > %s, and takes the next one",
      "wire/corrupt-responses.test.ts > has another state with wrong_state, and the code of this login",
      "wire/corrupt-responses.test.ts > adds one to the JSON of %s",
    ),
    different(
      "the mock's own",
      "An endpoint whose response a fault replaces does not run: a code is not used up, a page " +
        "stays where it was. Nor does it run for a client that leaves before the fault's delay " +
        "is over.",
      "A retry can be tested with the same code.",
      "wire/faults.test.ts > leaves a code as good as it was",
      "wire/faults.test.ts > leaves a page where it was",
      "clients/faults.test.ts > a delay that is longer than it waits, after which the code is still good",
    ),
    assumed(
      "no public source",
      "A fault with only a status has the body that the endpoint itself sends with that " +
        "status. Where there is none, as with 429 and 503, and on pages, the body is a gateway's " +
        "HTML.",
      "wire/faults.test.ts > %s with %i as that endpoint, or the gateway before it, would",
    ),
  ],
};
