import type { AskingScope } from "./answers.ts";
import type { BrowserId, ConsentId } from "./ids.ts";
import type { EpochSeconds } from "./time.ts";

/** A user's agreement that a merchant gets data; its history stays after it was withdrawn. */
export interface Consent {
  readonly id: ConsentId;
  readonly user: string;
  readonly merchant: string;
  readonly scopes: readonly string[];
  readonly givenAt: EpochSeconds;
  readonly revokedAt?: EpochSeconds;
  /** It is revoked, and not all webhooks that tell of it are queued yet. */
  readonly untold?: true;
  /** The questions of single sales units that were answered with it; they are not asked again. */
  readonly answered?: readonly { readonly msn: string; readonly scope: AskingScope }[];
}

/** A browser that remembers its user for every merchant, as the user chose. */
export interface Browser {
  readonly id: BrowserId;
  readonly user: string;
  readonly userAgent: string;
  /** When the user last confirmed in the app; `auth_time` of the logins it answers. */
  readonly authenticatedAt: EpochSeconds;
}
