import { createSandboxKeys } from "../keys/sandbox-keys.ts";
import type { Keyring, SigningKey, WallClock } from "../platform/capabilities.ts";
import { createClock } from "../platform/clock.ts";
import { PROFILES } from "../profiles/index.ts";
import { switchesOf } from "../profiles/profile.ts";
import { limitsIn } from "../records/limits.ts";
import type { Settings } from "../records/settings.ts";
import type { LiveRecord } from "./live-record.ts";
import type { LoginCounts, Sandbox } from "./sandbox.ts";

/** What all sandboxes of a server share. */
interface Shared {
  readonly wall: WallClock;
  readonly keys: Keyring;
  readonly makeKey: () => Promise<SigningKey>;
  /** Left out where nobody counts. */
  readonly loginCounts?: LoginCounts | undefined;
}

const UNCOUNTED: LoginCounts = { began() {}, ended() {} };

/** What a request works with, made of the settings of a sandbox and of what belongs to it. */
export function assemble(
  settings: Settings,
  own: Pick<Sandbox, "id" | "ids" | "wakeCourier" | "store"> & { readonly record: LiveRecord },
  deps: Shared,
): Sandbox {
  const { record } = own;
  const profile = PROFILES[settings.profile ?? "2023"];
  const limits = limitsIn(settings);
  own.store.keepAtMost(limits);
  return {
    settings,
    profile: profile.name,
    switches: switchesOf(profile, settings.rules),
    autoLogin: settings.autoLogin ?? null,
    limits,
    webhookHosts: settings.webhookHosts ?? [],
    clock: createClock(deps.wall, record.clock),
    ...own,
    loginCounts: deps.loginCounts ?? UNCOUNTED,
    keys: createSandboxKeys(record.keys, deps.keys, deps.makeKey, limits.keys),
  };
}
