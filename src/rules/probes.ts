import type { Probe } from "./probe.ts";
import { BORNE, SURVIVED } from "./probes-borne.ts";
import { REFUSED } from "./probes-refused.ts";

/**
 * What is played to an application to see whether it makes the checks that nobody sees as long as all goes well:
 * one login each, with one thing that is not as usual. How a run of them goes is in `checks/`.
 */

export const PROBES = [...REFUSED, ...SURVIVED, ...BORNE] as const;

export type ProbeId = (typeof PROBES)[number]["id"];

export const PROBE_IDS: readonly ProbeId[] = PROBES.map(({ id }) => id);

export function probeOf(id: string): Probe | undefined {
  return PROBES.find((probe) => probe.id === id);
}
