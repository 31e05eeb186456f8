import type { Section } from "./behaviour.ts";
import { assumed, different } from "./behaviour.ts";

/** What merchants see of faults, which are there only where a test asked for them. */
export const faultsSection: Section = {
  title: "Faults",
  endpoints: [],
  behaviours: [
    different(
      "the mock's own",
      "A fault that a test has set makes an endpoint or a page fail or late, breaks its " +
        "connection, or makes one thing wrong with an ID token or with userinfo's `sub`.",
      "A client must be tested against what the real service does only on its bad days.",
      "wire/faults.test.ts > by its endpoint",
      "clients/faults.test.ts > %s, and takes the next one",
    ),
    different(
      "the mock's own",
      "An endpoint whose answer a fault replaces was not asked: a code is not used up, a page stays " +
        "where it was. A client that has gone before a fault's delay is over is not answered either.",
      "A retry can be tested with the same code.",
      "wire/faults.test.ts > leaves a code as good as it was",
      "wire/faults.test.ts > leaves a page where it was",
      "clients/faults.test.ts > a delay that is longer than it waits, after which the code is still good",
    ),
    assumed(
      "no public source",
      "A fault with a status alone has the body that the endpoint itself has with that status. Where " +
        "it has none, as with 429 and 503, and on pages, the body is a gateway's HTML.",
      "wire/faults.test.ts > %s with %i as that endpoint, or the gateway before it, would",
    ),
  ],
};
