import { cpuAgainstBare } from "./measure/flows.ts";
import type { Context } from "./measure/measure.ts";
import { figure } from "./report/table.ts";

/**
 * The short form, for CI: our program against the bare server, without peers. It is there to notice a
 * login that has become much dearer, not to measure: what else the machine does must not fail it.
 */

const MOST = 3;

/** Whether a login is cheap enough. */
export async function gate(context: Context): Promise<boolean> {
  const { lines, cpu } = await cpuAgainstBare(context);
  console.log(lines);
  console.log(`\nCPU a flow, against bare Fastify: ${figure(cpu)} ×, at most ${MOST} × here`);
  // The best of the rounds is the one that was disturbed least.
  return cpu.low <= MOST;
}
