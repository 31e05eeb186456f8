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
  source: "FAQ; agent toolkit",
  status: "documented",
};

/** The namespace of our name-based UUIDs, itself made once at random. */
const NAMESPACE = Buffer.from("7e1f3a52b2c84d0f9a60d1c5e8473b19", "hex");

/** An RFC 9562 version 5 UUID, the same for the pair for all time. */
export function subjectFor(nin: string, sector: string): string {
  return formatUuid(createHash("sha1").update(NAMESPACE).update(`${nin} ${sector}`).digest(), 5);
}

/** The sector of its subjects, for {@link subjectFor}. */
export function sectorOf(
  unit: { readonly merchant: string; readonly msn: string },
  per: "merchant" | "sales-unit",
): string {
  return per === "merchant" ? unit.merchant : unit.msn;
}
