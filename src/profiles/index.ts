import { profile2023 } from "./2023.ts";
import { profile2026 } from "./2026.ts";
import type { Profile } from "./profile.ts";

/** Every profile by its name. */
export const PROFILES: Readonly<Record<Profile["name"], Profile>> = {
  "2023": profile2023,
  "2026": profile2026,
};
