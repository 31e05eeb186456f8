import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented } from "./behaviour.ts";

const CONSENT = `FAQ: ${FAQ.consentRemoval}; dossier §1.10`;
const OWN_TEST_ADDRESSES =
  "Otherwise anybody who can register a webhook could make the mock call what only its own " +
  "network reaches.";

export const consentWebhookSection: Section = {
  title: "Webhook of a revoked consent",
  endpoints: [],
  behaviours: [
    documented(
      CONSENT,
      "Each of the merchant's sales units with a `consentWebhookUrl` gets a POST of its own, " +
        "as `text/plain`.",
      "webhooks/courier.test.ts > goes to every sales unit of the merchant that has one, by the sub each knows",
      "wire/faq/webhooks.ts > the merchant is told of it by a POST, with the sub that it knows",
    ),
    documented(
      "dossier §1.10",
      "The body is an unsigned JWT of two segments without a trailing dot. Its header is " +
        '`{"alg":"none","typ": "JWT"}` with that space, followed by a line break.',
      "webhooks/messages.test.ts > tells of a revoked consent in the very bytes that are documented",
    ),
    documented(
      "dossier §1.10",
      "The claims are `exp` (300 seconds after `iat`), `iat`, `nbf` (the same as `iat`), `sub` and " +
        "`event`, which is `CONSENT_REVOKED`, in this order.",
      "webhooks/messages.test.ts > tells of a revoked consent in the very bytes that are documented",
    ),
    assumed(
      "no public source; the example shows one sub",
      "The `sub` is the one by which the receiving sales unit knows the user.",
      "webhooks/courier.test.ts > goes to every sales unit of the merchant that has one, by the sub each knows",
    ),
    assumed(
      "no public source; documented of the Webhooks API",
      "What is not received is tried again, like any other webhook.",
      "webhooks/courier.test.ts > is tried again after a 500, under the next number, with the same body",
    ),
  ],
};

export const webhooksSection: Section = {
  title: "Webhooks of login from phone number",
  endpoints: [`POST ${PATHS.webhooks}`, `GET ${PATHS.webhooks}`, `DELETE ${PATHS.webhooks}/{id}`],
  behaviours: [
    documented(
      "dossier §1.10",
      "A registration is JSON with `url` and `events`; the response is 201 and JSON with `id` " +
        "and `secret`. The event is `login.merchant-initiated.ping.v1`.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
      "wire/webhooks.test.ts > of %s is refused and changes nothing",
    ),
    documented(
      "dossier §1.10",
      "A sales unit may have at most 25 registrations for an event; one more is refused.",
      "wire/webhooks.test.ts > is one of 25 for an event and a sales unit",
    ),
    assumed(
      "no public source",
      "That refusal is a 409.",
      "wire/webhooks.test.ts > is one of 25 for an event and a sales unit",
    ),
    documented(
      "dossier §1.1, §1.11",
      "A call is authenticated by a platform token as Bearer, of the sales unit or of a partner that acts " +
        "for it, and by the `Merchant-Serial-Number`.",
      "wire/webhooks.test.ts > may be a partner that acts for the sales unit",
      "wire/webhooks.test.ts > may leave its msn out where the token is the sales unit's own",
      "wire/webhooks.test.ts > is refused: %s",
    ),
    assumed(
      "no public source; documented of the other APIs of the platform",
      "An `Ocp-Apim-Subscription-Key` may be sent, and is not compared.",
      "wire/webhooks.test.ts > may send a subscription key, as every API of the platform asks, and reads no note of it",
    ),
    assumed(
      "no public source",
      "The list is JSON with `webhooks`, each with `id`, `url` and `events`, never with its " +
        "secret. Deleting responds with 204 without a body.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
      "wire/webhooks.test.ts > is deleted once",
    ),
    assumed(
      "dossier §1.11; the form is RFC 7807's, the words are the mock's own",
      "Refusals are `application/problem+json`: 401 without the right credentials, 400 for a " +
        "malformed body, 404 for a registration that does not exist.",
      "wire/webhooks.test.ts > of %s is refused and changes nothing",
      "wire/webhooks.test.ts > is refused: %s",
      "wire/webhooks.test.ts > belongs to the sales unit that made it",
    ),
    different(
      "dossier §1.10; the real service takes any address",
      "A `url` is refused unless the operator has named its host: in `webhookHosts`, or as the " +
        "origin of a redirect URI or of a `consentWebhookUrl`. While only this machine can call " +
        "the mock, this machine is allowed too. This is checked again before each attempt.",
      OWN_TEST_ADDRESSES,
      "wire/webhooks.test.ts > is this machine, or on a host that the operator named",
      "wire/webhooks.test.ts > is not this machine where others can call the mock, unless its origin is named",
      "webhooks/courier.test.ts > does not go to an address that is not the operator's any more",
    ),
    documented(
      "dossier §1.10",
      'The ping is a POST of `{"auth_req_id":"…"}` to every registration of the sales unit, except for ' +
        "the redirect variant.",
      "wire/phone/ping.test.ts > comes once after %s, signed with the registration's secret, and the poll tells the end",
      "wire/phone/ping.test.ts > goes to the sales unit of the login, and to none for the redirect variant",
    ),
    documented(
      "dossier §1.10",
      "It is signed: `x-ms-date`, `x-ms-content-sha256` with the base64 of the body's SHA-256, and " +
        "`Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=…` over " +
        "method, path with query, and those three.",
      "wire/phone/ping.test.ts > comes once after %s, signed with the registration's secret, and the poll tells the end",
      "webhooks/messages.test.ts > signs a request to %s by method, path, date, host and digest",
    ),
    assumed(
      "no public source; the secret's form is not documented",
      "The secret is the base64 of 32 bytes, and the HMAC's key is that text. `x-ms-date` goes by the " +
        "sandbox's clock.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
      "webhooks/courier.test.ts > goes to every registration of the sales unit, signed with its secret",
    ),
    documented(
      "dossier §1.10",
      "A receiver has 10 seconds to respond; retries go on for 7 days after the first attempt.",
      "webhooks/courier.test.ts > is given up 7 days after the first attempt",
      "webhooks/courier.test.ts > delays nobody while the receiver hangs, and is given up after the time",
    ),
    assumed(
      "no public source",
      "Any status from 200 to 299 counts as received. Retries come after 1, 2, 4, 8 seconds " +
        "and so on, in the end every 6 hours, by the real clock. Each ping is signed anew.",
      "webhooks/delivery.test.ts > status %d: %s",
      "webhooks/delivery.test.ts > after turn %d is %d seconds",
    ),
    assumed(
      "no public source",
      "Redirects are not followed; they count as failed attempts.",
      "webhooks/courier.test.ts > does not follow a redirect",
    ),
    different(
      "the mock's own",
      "Every webhook says which delivery and which attempt it is, in " +
        "`X-Vipps-Login-Mock-Delivery` and `X-Vipps-Login-Mock-Attempt`, which is 1 and grows " +
        "with each retry.",
      "A test can tell a retry from a second event.",
      "webhooks/courier.test.ts > is tried again after a 500, under the next number, with the same body",
    ),
  ],
};
