import type { Provenance } from "../src/records/provenance.ts";

/** Something of the real service that the mock does not do. */
export interface Absence extends Pick<Provenance, "source"> {
  /** What is missing, and what happens instead. */
  readonly what: string;
}

/** What a merchant may know from the real service and will not find here. */
export const ABSENCES: readonly Absence[] = [
  {
    what:
      "The QR flow of 2022, with `urn:customer-token:` as `login_hint` and two grants of its own, which " +
      "was removed in January 2023.",
    source: "documentation 2022; history of the documentation",
  },
  {
    what:
      "The scopes `paymentSourceReferences`, `promotions`, `nnin` and `accountNumbers`: no sales unit " +
      "can be entitled to them.",
    source: "OpenAPI 2025; history of the documentation",
  },
  {
    what: "The error code `temporarily_unavailable` never occurs, unless a scenario names it.",
    source: "documentation 2023; fosite 0.40.2",
  },
  {
    what: "The gateway's own errors, in its own format: rate limits, 403 and 422. Only its 502 is there.",
    source: "developer site",
  },
  {
    what:
      "At the old userinfo path, POST and a token as a parameter: it takes GET and the header alone, as the " +
      "newer path does.",
    source: "Hydra 1.10.6",
  },
  {
    what: "The formats of before 2021: errors with `error_hint`, ID tokens with `typ`.",
    source: "documentation 2019; fosite 0.40.2",
  },
];
