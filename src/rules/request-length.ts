import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Limits } from "../records/limits.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** The gateway in front of the real service does not pass long URLs on. */
export const requestLengthRule: Rule = {
  id: "request-length",
  faq: [FAQ.badGateway],
  enforces:
    "A request whose URL has more than 2000 characters, or whose state or nonce has 1000 or more, " +
    "gets the gateway's 502 before anything else looks at it; so does each later URL of the login's " +
    "own redirects, which repeat the query and make it longer.",
  source: "FAQ; Hydra 1.10.6; the exact limits are assumed",
  status: "documented",
};

/** Why the gateway refuses it; undefined when it passes. */
export function checkRequestLength(
  url: string,
  limits: Pick<Limits, "urlLength" | "parameterLength">,
  parameter: (name: "state" | "nonce") => string | undefined,
): Diagnosis | undefined {
  for (const name of ["state", "nonce"] as const) {
    const length = parameter(name)?.length ?? 0;
    if (length > limits.parameterLength) {
      return diagnose(
        requestLengthRule,
        `${name} has ${length} characters; over ${limits.parameterLength} the gateway answers 502`,
        `Keep the data on your server and send a short key as ${name}.`,
      );
    }
  }
  return url.length > limits.urlLength
    ? diagnose(
        requestLengthRule,
        `the URL has ${url.length} characters; over ${limits.urlLength} the gateway answers 502`,
        "Shorten state, nonce or redirect_uri: the redirects of a login repeat the whole query.",
      )
    : undefined;
}
