import { createHash } from "node:crypto";
import { formatUuid } from "../platform/uuid.ts";
import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";

/** The `sub` claim: one user at one merchant. */
export const subjectRule: Rule = {
  id: "subject",
  faq: [FAQ.phoneNumberChange, FAQ.scopes],
  enforces:
    "sub is a UUID made from the national identity number and the merchant (profile 2026: the sales " +
    "unit). It outlives a change of phone number and differs between merchants.",
  source: "FAQ; dossier §1.8",
  status: "documented",
};

/** The namespace of our name-based UUIDs, itself made once at random. */
const NAMESPACE = Buffer.from("7e1f3a52b2c84d0f9a60d1c5e8473b19", "hex");

/** So many are remembered: mostly a few users log in again and again. */
const MOST_KNOWN = 1000;

const known = new Map<string, string>();

/** An RFC 9562 version 5 UUID, the same for the pair for all time. */
export function subjectFor(nin: string, sector: string): string {
  const name = `${nin} ${sector}`;
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const hash = createHash("sha1").update(NAMESPACE).update(name).digest();
  const subject = formatUuid(hash, 5);
  if (known.size === MOST_KNOWN) known.clear();
  known.set(name, subject);
  return subject;
}

/** The sector of its subjects, for {@link subjectFor}. */
export function sectorOf(
  unit: { readonly merchant: string; readonly msn: string },
  per: "merchant" | "sales-unit",
): string {
  return per === "merchant" ? unit.merchant : unit.msn;
}
