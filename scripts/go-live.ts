import type { ChecklistItem } from "../src/rules/checklist.ts";
import { CHECKLIST } from "../src/rules/checklist.ts";
import type { Probe } from "../src/rules/probe.ts";
import { PROBES } from "../src/rules/probes.ts";
import { table } from "./tables.ts";

/** What docs/go-live.md shows of the checklist and of the probes. */

export function checklistTable(): string {
  const items: readonly ChecklistItem[] = CHECKLIST;
  return table(
    ["Item", "What is asked", "Who asks", "What shows it"],
    items.map((item) => [`\`${item.id}\``, item.asks, askedBy(item), shownBy(item)]),
  );
}

function askedBy({ editions, source, faq }: ChecklistItem): string {
  const list = editions.length === 0 ? [] : [`Vipps' checklist (${editions.join(", ")})`];
  return [...list, ...(source ? [source] : []), ...(faq ? ["FAQ"] : [])].join("; ");
}

function shownBy({ judgedBy, shownBy = "The calls of a login show it." }: ChecklistItem): string {
  return judgedBy === "person" ? "A person looks, and says so." : shownBy;
}

const DUTIES: Readonly<Record<Probe["kind"], string>> = {
  refuse: "log nobody in",
  bear: "log the user in",
  survive: "come to an end, with the user logged in or not",
};

export function probesTable(): string {
  const probes: readonly Probe[] = PROBES;
  return table(
    ["Probe", "What is not as usual", "An application", "Who says so"],
    probes.map(({ id, what, kind, demand, source }) => [
      `\`${id}\``,
      what,
      `${demand} ${DUTIES[kind]}`,
      source,
    ]),
  );
}
