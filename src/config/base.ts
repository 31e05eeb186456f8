import type { BaseConfig, ConfigInput, WholeConfig } from "../records/config.ts";
import type { PartnerInput } from "../records/partner.ts";

/** A config over another one, whose records it may leave as they are. */

/** The lists that it gives replace those of the base. */
export function withBase(given: ConfigInput, base: BaseConfig): WholeConfig {
  return {
    ...given,
    users: given.users ?? base.users,
    salesUnits: given.salesUnits ?? base.salesUnits,
    partners: partnersFor(given, base),
  };
}

/** The partners of both: those of the base act for its own sales units, and go with them. */
export function partnersFor(given: ConfigInput, base: ConfigInput): readonly PartnerInput[] {
  return given.partners ?? (given.salesUnits ? undefined : base.partners) ?? [];
}
