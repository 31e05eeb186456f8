import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** `state` and `nonce` are worth something only when nobody can guess them. */
export const stateRule: Rule = {
  id: "state",
  faq: [FAQ.state],
  enforces:
    "state has at least 8 characters (bytes of UTF-8), else invalid_state by redirect; it comes " +
    "back untouched. A shorter nonce is refused at the token endpoint.",
  source: "documentation 2023; fosite 0.40.2",
  status: "derived",
};

/** fosite's MinParameterEntropy, in bytes: 8 characters always have as many. */
const MINIMUM_LENGTH = 8;

/** Whether it is too short; fosite counts bytes of UTF-8, and nothing as zero of them. */
export function isTooShort(value: string | undefined): boolean {
  return Buffer.byteLength(value ?? "") < MINIMUM_LENGTH;
}

/** The diagnosis, which counts as the rule does. */
export function diagnoseTooShort(name: "state" | "nonce", value: string | undefined): Diagnosis {
  return diagnose(
    stateRule,
    value
      ? `${name} "${value}" is ${bytesOf(value)} long, at least ${MINIMUM_LENGTH} are needed`
      : `${name} is missing, at least ${MINIMUM_LENGTH} bytes are needed`,
    `Send a fresh random ${name} of at least ${MINIMUM_LENGTH} characters with each login.`,
  );
}

function bytesOf(value: string): string {
  const count = Buffer.byteLength(value);
  return count === 1 ? "1 byte" : `${count} bytes`;
}
