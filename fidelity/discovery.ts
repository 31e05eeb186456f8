import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, different, documented, observed } from "./behaviour.ts";

export const discoverySection: Section = {
  title: "Discovery",
  endpoints: [`GET ${PATHS.discovery}`],
  behaviours: [
    documented(
      "documentation 2023",
      "The response has `Cache-Control: max-age=3600` and needs no credentials.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
    ),
    documented(
      "documentation 2023",
      "The issuer ends with a slash.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
    ),
    observed(
      "Expo sample",
      "Members and their order are those of a document of the test environment from about " +
        "2022, including `end_session_endpoint` and the two members of CIBA.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
    ),
    derived(
      "herodot 0.9.6",
      "It is compact JSON with a line break at the end, `application/json; charset=utf-8`; `<`, `>` " +
        "and `&` are written as escapes.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
      "oidc/encoding.test.ts > goJson",
    ),
    observed(
      "Expo sample",
      "It lists more than the service supports: hybrid and implicit response types, " +
        "`client_credentials`, request objects, `plain` for PKCE (profile 2023), scopes that " +
        "nobody gets. What happens to each of them is told where it is used.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
      "wire/token.test.ts > %s is %s",
      "wire/authorize.test.ts > told to the merchant by redirect",
    ),
    documented(
      "agent toolkit",
      "Profile 2026 lists other scopes, and only `S256` for PKCE.",
      "wire/discovery.test.ts > has the values of 2026 in that profile",
    ),
    assumed(
      "agent toolkit; it shows a part of the document",
      "Apart from that the document of 2026 is the one of 2022, with `end_session_endpoint` " +
        "and the implicit response types; whether it is at the real service is not known.",
      "wire/discovery.test.ts > has the values of 2026 in that profile",
    ),
    different(
      "documentation 2023",
      "`authorization_endpoint` and `end_session_endpoint` are on the public URL where one is set, " +
        "the other endpoints on the host that asked.",
      "A browser and a backend in a container network reach the mock under different names.",
      "wire/discovery.test.ts > puts what browsers use on the public URL and keeps the back channel where it is",
    ),
    observed(
      "Expo sample",
      "The grants of login from phone number are not listed, nor is ES256, with which its ID tokens " +
        "are signed.",
      "wire/discovery.test.ts > is the document that was seen in the test environment, byte for byte",
    ),
  ],
};

export const jwksSection: Section = {
  title: "Keys",
  endpoints: [`GET ${PATHS.jwks}`],
  behaviours: [
    documented(
      "documentation 2023",
      "A key has the members `use`, `kty`, `kid`, `alg`, `n`, `e` in this order, for RS256.",
      "wire/jwks.test.ts > lists the signing keys as go-jose writes them, that of browser logins first",
    ),
    derived(
      "documentation 2023; tokens of login from phone number are ES256 with a kid of the same form, so that the " +
        "key must be here; the order of its members is go-jose's",
      "There is a P-256 key too, for the ES256 tokens of login from phone number, with the members " +
        "`use`, `kty`, `kid`, `crv`, `alg`, `x`, `y`.",
      "wire/jwks.test.ts > lists the signing keys as go-jose writes them, that of browser logins first",
    ),
    assumed(
      "no public source",
      "It follows the RSA key and is rotated with it.",
      "wire/jwks.test.ts > lists the signing keys as go-jose writes them, that of browser logins first",
      "control/keys.test.ts > rotate together with the key of login from phone number",
    ),
    documented(
      "documentation 2023",
      "`kid` is `public:` and a UUID.",
      "wire/jwks.test.ts > lists the signing keys as go-jose writes them, that of browser logins first",
    ),
    assumed(
      "no public source",
      "The UUID is made from the key's thumbprint (RFC 7638), so that a key always has the " +
        "same name.",
      "capabilities/keys.test.ts > has a kid made from its thumbprint, and its members in the real service's order",
    ),
    derived(
      "herodot 0.9.6",
      "It is compact JSON with a line break at the end, `application/json; charset=utf-8`.",
      "wire/jwks.test.ts > lists the signing keys as go-jose writes them, that of browser logins first",
    ),
    assumed(
      "Hydra 1.10.6; it sends none here, nor with discovery, where the documentation has one",
      "It has no `Cache-Control` header.",
      "wire/jwks.test.ts > lists the signing keys as go-jose writes them, that of browser logins first",
    ),
    different(
      "documentation 2023",
      "The key has 2048 bits unless `--signing-key-bits` or a key file says otherwise; the real one " +
        "has 4096.",
      "A signature of 4096 bits takes seven times as long, and no client looks at the size.",
      "capabilities/keys.test.ts > makes a key of %i bits",
      "sdk/start.test.ts > signs with the package's key where only this machine can call it, else with its own",
    ),
    different(
      "documentation 2023",
      "A mock that listens on loopback addresses only, and has no public URL elsewhere, signs " +
        "with a key that comes with the package and is known to everybody.",
      "It need not be generated, and tokens on one machine protect nothing.",
      "sdk/start.test.ts > signs with the package's key where only this machine can call it, else with its own",
    ),
    assumed(
      "Hydra 1.10.6; it lists the newest key first, and how Vipps rotates is not known",
      "During a rotation there are several keys: first the one that signs, then the next one, " +
        "then those that signed before.",
      "control/keys.test.ts > rotate step by step: JWKS knows the new key before and the old one after it signs",
    ),
    different(
      "the mock's own",
      "The P-256 key is made from the RSA key.",
      "One key file, or one state document, gives all replicas both keys.",
      "capabilities/keys.test.ts > is the same in whatever form the RSA key comes, and in every release",
    ),
  ],
};
