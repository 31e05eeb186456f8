import { connect, startVippsLoginMock } from "../../src/index.ts";
import type { Place } from "./contract.ts";
import { describeLibrary } from "./contract.ts";

/** The contract, on both transports and in both kinds of sandbox. */

const config = {};

async function withoutSocket(): Promise<Place> {
  const vipps = await startVippsLoginMock({ listen: false, config });
  return { vipps, box: vipps, close: () => vipps.close() };
}

async function withSocket(): Promise<Place> {
  const vipps = await startVippsLoginMock({ config });
  return { vipps, box: vipps, close: () => vipps.close() };
}

async function elsewhere(): Promise<Place> {
  const controlToken = "token-of-the-test";
  const server = await startVippsLoginMock({ config, controlToken });
  const vipps = await connect(server.url, { token: controlToken }).refresh();
  return { vipps, box: vipps, close: () => server.close() };
}

async function inSandbox(open: () => Promise<Place>): Promise<Place> {
  const { vipps, close } = await open();
  return { vipps, box: await vipps.createSandbox(), close };
}

for (const [how, open] of [
  ["in this process without a socket", withoutSocket],
  ["in this process with a socket", withSocket],
  ["elsewhere, over HTTP", elsewhere],
] as const) {
  describeLibrary(`the default sandbox ${how}`, open);
  describeLibrary(`a sandbox ${how}`, () => inSandbox(open));
}
