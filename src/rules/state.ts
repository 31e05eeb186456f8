import { FAQ } from "./faq.ts";
import type { Diagnosis, Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** `state` and `nonce` are worth something only when nobody can guess them. */
export const stateRule: Rule = {
  id: "state",
  faq: [FAQ.state],
  enforces:
    "state has at least 8 characters, else invalid_state by redirect; it comes back untouched. A " +
    "nonce under 8 characters is refused at the token endpoint.",
  source: "dossier §1.4, §2.3, §2.4",
  status: "derived",
};

/** fosite's MinParameterEntropy. */
const MINIMUM_LENGTH = 8;

/**
 * @param value a state or nonce; undefined when it was not sent
 * @returns whether it is too short; fosite counts bytes, and nothing as zero of them
 */
export function isTooShort(value: string | undefined): boolean {
  return Buffer.byteLength(value ?? "") < MINIMUM_LENGTH;
}

/** @returns the diagnosis for a short or missing value of the parameter `name` */
export function diagnoseTooShort(name: "state" | "nonce", value: string | undefined): Diagnosis {
  return diagnose(
    stateRule,
    value
      ? `${name} "${value}" has ${Buffer.byteLength(value)} characters, at least ${MINIMUM_LENGTH} are needed`
      : `${name} is missing, at least ${MINIMUM_LENGTH} characters are needed`,
    `Send a fresh random ${name} of at least ${MINIMUM_LENGTH} characters with each login.`,
  );
}
