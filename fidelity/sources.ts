/**
 * The sections of the wire dossier: the project's collection of what is publicly known of the real
 * service's responses. No request was ever sent to Vipps for it. Each section is named here with the
 * public material that it was compiled from, so that a reader can go and look.
 */
export const DOSSIER: Readonly<Record<string, string>> = {
  "1.1":
    "Hosts and endpoints: Vipps' OpenAPI file of 2025, its documentation, vippsas/agent-toolkit (2026)",
  "1.2":
    "The discovery document: documentation of December 2023 (variant b), a document of the test " +
    "environment pasted in a public Expo sample around 2022 (c), vippsas/agent-toolkit of 2026 (d)",
  "1.3": "JWKS: documentation of December 2023, the sizes of published signatures",
  "1.4": "The authorization request: documentation of 2023 and 2026",
  "1.5": "Errors by redirect: documentation of 2019 to 2026, vipps-login-api issue 36",
  "1.6":
    "The token endpoint and the ID token: documentation, samples of 2019 and January 2022, the " +
    "changelog of 2025, vipps-login-api issues 97, 99 and 100",
  "1.7": "Scopes: documentation of 2023 and 2026, vipps-login-api issue 100",
  "1.8": "Userinfo: OpenAPI file of 2025, documentation of 2023 and 2026",
  "1.9": "Login from phone number (CIBA): OpenAPI file of 2025, documentation, two public clients",
  "1.10": "Webhooks: documentation of 2023, vippsas/agent-toolkit (2026)",
  "1.11": "The platform token: Vipps' developer documentation",
  "1.12":
    "What changed: the FAQ of 2022 compared with those of 2023 and 2026, the changelog to June 2026",
  "1.13":
    "The test environment: documentation, vipps-developers issue 143, vipps-login-api issue 112",
  "2.1": "Evidence for Ory Hydra and its version: samples and error texts of 2019 to 2022",
  "2.2": "Error texts: fosite v0.40.2, vipps-login-api issues 97 and 100",
  "2.3":
    "The authorization endpoint: fosite v0.40.2, Hydra v1.10, vipps-login-api issues 36, 68 and 69",
  "2.4": "Errors of the token endpoint: fosite v0.40.2, vipps-login-api issues 39 and 97",
  "2.5": "PKCE: fosite v0.40.2 compared with Vipps' documentation",
  "2.6": "Codes and tokens: fosite v0.40.2, Hydra's defaults",
  "2.7": "Userinfo's 401 and revocation: Hydra v1.10.6, fosite v0.40.2",
  "2.8": "CORS: the FAQ, vipps-login-api issue 81, Hydra's defaults",
  "2.9": "Encodings: the Go libraries, fosite and herodot v0.9.6",
  "3": "Clients in the wild: the public sources of some twenty of them",
  "5": "Questions that no public source answers",
};

/** A cited section, or several: `dossier §1.2, variant (c)`, `dossier §1.4, §1.5`. */
const CITATION = /dossier §\d+(?:\.\d+)?(?:, §\d+(?:\.\d+)?)*/g;

/** The numbers of the dossier's sections that it cites. */
export function citedSections(source: string): string[] {
  const citations = source.match(CITATION) ?? [];
  return citations.flatMap((citation) => citation.match(/\d+(?:\.\d+)?/g) ?? []);
}
