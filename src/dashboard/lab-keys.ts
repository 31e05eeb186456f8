import type { Key } from "../control/types.ts";
import { PATHS } from "../request/addresses.ts";
import { addressesOf } from "../request/facts.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import { counted, labPage } from "./lab-common.ts";
import type { Page } from "./page.ts";

/** Keys: what signs ID tokens, what JWKS lists, and the steps of a rotation. */

interface KeysView {
  readonly jwksUrl: string;
  readonly keys: readonly {
    readonly kid: string;
    readonly phoneLoginKid: string;
    readonly status: string;
    readonly meaning: string;
    readonly bits: number;
    /** Empty where it is not known. */
    readonly createdAt: string;
    readonly shared: boolean;
  }[];
  /** What clients see of all this, in a sentence. */
  readonly seen: string;
  readonly steps: readonly {
    readonly phase: string;
    readonly label: string;
    readonly meaning: string;
    readonly isNext: boolean;
  }[];
}

const MEANINGS: Readonly<Record<Key["status"], string>> = {
  current: "signs every ID token",
  published: "is in JWKS and signs nothing yet",
  retiring: "signs no more, and is still in JWKS for the tokens it signed",
};

interface KeyList {
  readonly items: readonly Key[];
}

export const labKeysPage: Page = {
  async show(visit) {
    const { items: keys } = await visit.api.get<KeyList>(["keys"]);
    const has = (status: Key["status"]) => keys.some((key) => key.status === status);
    const next = has("published") ? "use" : has("retiring") ? "retire" : "publish";
    const model: KeysView = {
      jwksUrl: `${addressesOf(visit.exchange.endpoints).url}${PATHS.jwks}`,
      keys: keys.map(({ kid, phoneLoginKid, status, bits, createdAt = "", shared }) => ({
        kid,
        phoneLoginKid,
        status,
        meaning: MEANINGS[status],
        bits,
        createdAt,
        shared,
      })),
      seen: whatIsSeen(keys),
      steps: [
        {
          phase: "publish",
          label: "1. Publish",
          meaning: "a new key stands in JWKS, so that clients learn of it in time",
          isNext: next === "publish",
        },
        {
          phase: "use",
          label: "2. Use",
          meaning: "the new key signs, the one before stays in JWKS",
          isNext: next === "use",
        },
        {
          phase: "retire",
          label: "3. Retire",
          meaning: "the old key leaves JWKS: what it signed verifies no more",
          isNext: next === "retire",
        },
      ],
    };
    return labPage("lab/keys", "What signs the ID tokens?", model, visit);
  },

  async act({ api, form }) {
    const kid = form.get("remove");
    const phase = form.get("phase");
    const call: ApiCall =
      kid === null
        ? { method: "POST", path: "/keys/rotate", body: phase ? { phase } : {} }
        : { method: "DELETE", path: apiPath(["keys", kid]) };
    const { items } = await api.send<KeyList>(call);
    const done = kid === null ? (DONE[phase ?? ""] ?? "") : "The key is out of JWKS.";
    return { to: "lab/keys", message: `${done} ${whatIsSeen(items)}`.trim(), calls: [call] };
  },
};

const DONE: Readonly<Record<string, string>> = {
  "": "The key was rotated all at once.",
  publish: "A new key is published.",
  use: "The new key signs.",
  retire: "The old key is gone.",
};

function whatIsSeen(keys: readonly Key[]): string {
  const current = keys.find(({ status }) => status === "current")?.kid ?? "";
  return `JWKS lists ${counted(keys.length, "RSA key")}; new ID tokens have the kid ${current}.`;
}
