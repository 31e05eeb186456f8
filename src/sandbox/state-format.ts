import type { Problem } from "../config/problem.ts";
import { quoted } from "../config/problem.ts";
import type { SandboxState } from "./state.ts";

/**
 * An exported sandbox is a file that outlives the mock that wrote it, so its form has a version. The
 * records in it are written as the store has them: whoever renames, removes or adds a required member
 * of one raises the version and says in STEPS what becomes of older files. A test takes a file of each
 * version that there was.
 */

/** The version that is written. */
export const STATE_VERSION = 2;

/** A sandbox's state as it is exported. */
export type StateDocument = { readonly version: typeof STATE_VERSION } & SandboxState;

type Json = Readonly<Record<string, unknown>>;

/** For each older version how its documents become those of the next one. */
type Steps = Readonly<Record<number, (document: Json) => Json>>;

const STEPS: Steps = {
  // Sessions had a copy of their user, and a token's life was what its response said.
  1: ({ sessions, settings, ...rest }) => ({
    ...rest,
    sessions: Array.isArray(sessions) ? sessions.map(withoutUserData) : sessions,
    settings: upgradeSettings(settings),
  }),
};

function withoutUserData(session: unknown): unknown {
  if (!isObject(session)) return session;
  const { userData: _, ...rest } = session;
  return rest;
}

/** What the switch `tokens` of version 1 is called now; the schema refuses whatever is neither. */
const RETENTIONS = new Map<unknown, string>([
  ["until-expiry", "payments"],
  ["168h-after-revocation", "every-session"],
]);

function upgradeSettings(settings: unknown): unknown {
  if (!isObject(settings) || !isObject(settings["rules"])) return settings;
  const { retention, accessTokenLifetime, ...unchanged } = settings["rules"];
  const tokens = isObject(retention) ? retention["tokens"] : undefined;
  return {
    ...settings,
    rules: {
      ...unchanged,
      ...(accessTokenLifetime !== undefined && {
        accessTokenLifetime,
        expiresIn: accessTokenLifetime,
      }),
      ...(retention !== undefined && {
        retention: RETENTIONS.get(tokens) ?? retention,
      }),
    },
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function toDocument(state: SandboxState): StateDocument {
  return { version: STATE_VERSION, ...state };
}

/**
 * The document in the current version, or what is wrong with the one that it says it has. All else is
 * for its schema to find.
 */
export function upgradeDocument(
  document: unknown,
  steps: Steps = STEPS,
  current: number = STATE_VERSION,
): { readonly document: unknown } | { readonly problem: Problem } {
  if (typeof document !== "object" || document === null || !("version" in document)) {
    return { document };
  }
  const { version } = document;
  if (version === current) return { document };
  const step = typeof version === "number" ? steps[version] : undefined;
  if (step) {
    const { version: _, ...rest } = document as Json;
    return upgradeDocument({ version: Number(version) + 1, ...step(rest) }, steps, current);
  }
  const taken = [...Object.keys(steps), String(current)].join(", ");
  const remedy =
    typeof version === "number" && version > current
      ? "it was exported by a newer mock, so update this one, or export the sandbox again from it"
      : "export the sandbox again";
  const given = typeof version === "string" ? quoted(version) : JSON.stringify(version);
  const message = `is ${given}, and this mock takes ${taken}; ${remedy}`;
  return { problem: { path: "version", message, value: version } };
}
