import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented, observed } from "./behaviour.ts";

const OWN_TEST_ADDRESSES =
  "Otherwise anybody who can register a webhook could make the mock call what only its own " +
  "network reaches.";

export const consentWebhookSection: Section = {
  title: "Webhook of a revoked consent",
  endpoints: [],
  behaviours: [
    documented(
      `FAQ: ${FAQ.consentRemoval}; documentation 2023`,
      "Each sales unit that the consent was for and that has a `consentWebhookUrl` gets a POST of its own, " +
        "as `text/plain`.",
      "webhooks/courier.test.ts > goes to every sales unit of the merchant that has one, by the sub each knows",
      "webhooks/courier.test.ts > goes in profile 2026 to the sales unit alone where the consent was given",
      "wire/faq/webhooks.ts > the merchant is told of it by a POST, with the sub that it knows",
    ),
    documented(
      "documentation 2023",
      "The body is an unsigned JWT of two segments without a trailing dot. Its header is " +
        '`{"alg":"none","typ": "JWT"}` with that space, followed by a line break.',
      "webhooks/messages.test.ts > tells of a revoked consent in the very bytes that are documented",
    ),
    documented(
      "documentation 2023",
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
    different(
      "the mock's own",
      "A `consentWebhookUrl` is held to the same rules as the `url` of a registration: an absolute " +
        "http or https address without a fragment, without credentials, and without characters " +
        "that no URI may have, such as line breaks, tabs and backslashes.",
      "It stands in a config, and must be one that every program reads alike.",
      "config/semantics.test.ts > %j",
      "rules/webhook.test.ts > refuses %j and says what to do",
    ),
  ],
};

export const webhooksSection: Section = {
  title: "Webhooks of login from phone number",
  endpoints: [`POST ${PATHS.webhooks}`, `GET ${PATHS.webhooks}`, `DELETE ${PATHS.webhooks}/{id}`],
  behaviours: [
    documented(
      "Webhooks API 2023",
      "A registration is JSON with `url` and `events`, and has no other member; the response is 201 and JSON " +
        "with `id` and `secret`.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
    ),
    assumed(
      "Webhooks API 2023; its schema allows no other member, and does not say what becomes of one",
      "A registration with another member is refused.",
      "wire/webhooks.test.ts > of %s is refused and changes nothing",
    ),
    documented(
      "agent toolkit; Webhooks API 2026",
      "The event of login is `login.merchant-initiated.ping.v1`.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
    ),
    assumed(
      "Webhooks API 2023; it lists no event of login yet",
      "That event is there in profile 2023 too.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
    ),
    different(
      "Webhooks API 2023; agent toolkit",
      "The events of the platform's other APIs can be registered, and never come.",
      "An application registers for all that it wants at once; the mock has no payments.",
      "wire/webhooks.test.ts > may be for events of the platform's other APIs, which the mock never sends",
    ),
    documented(
      "agent toolkit; Webhooks API 2026; the OpenAPI file of 2023, older than the event, said 5",
      "A sales unit may have at most 25 registrations for an event, and a partner 25 of its own; one " +
        "more is refused.",
      "wire/webhooks.test.ts > is one of 25 for an event and a sales unit",
      "wire/webhooks.test.ts > may be a partner that names no sales unit: it has registrations of its own",
    ),
    assumed(
      "Webhooks API 2023; its only refusal is a 400",
      "That refusal is a 400 about `events`, in words of the mock's own.",
      "wire/webhooks.test.ts > is one of 25 for an event and a sales unit",
    ),
    documented(
      "Webhooks API 2023",
      "A call is authenticated by a platform token as Bearer, an `Ocp-Apim-Subscription-Key`, and the " +
        "`Merchant-Serial-Number` of a sales unit that the token's holder may act for. A merchant must " +
        "send it, a partner need not.",
      "wire/webhooks.test.ts > may be a partner that acts for the sales unit",
      "wire/webhooks.test.ts > is refused: %s",
      "wire/webhooks.test.ts > is refused by the gateway: %s",
      "wire/webhooks.test.ts > has to name its sales unit if it is a merchant",
    ),
    documented(
      "Webhooks API 2023; agent toolkit",
      "What a partner registers without a `Merchant-Serial-Number` is for the events of every sales unit " +
        "that it acts for, also of those that come later.",
      "wire/phone/ping.test.ts > goes to a partner as well that registered for all sales units that it acts for, now and later",
    ),
    assumed(
      "vipps-developers issue 80; its message is that of another API behind the same gateway",
      "Without a subscription key the gateway responds with 401 and `statusCode` and `message`.",
      "wire/webhooks.test.ts > is refused by the gateway: %s",
    ),
    different(
      "Webhooks API 2023",
      "A partner's key is compared; with the token of a sales unit any key is taken.",
      "Sales units have no subscription key in a config.",
      "wire/webhooks.test.ts > is refused by the gateway: %s",
    ),
    documented(
      "Webhooks API 2023",
      "The list is JSON with `webhooks`, each with `id`, `url` and `events`, never with its " +
        "secret. Deleting responds with 204 without a body.",
      "wire/webhooks.test.ts > is answered with its id and its secret, which nobody is told again",
      "wire/webhooks.test.ts > is deleted once",
    ),
    documented(
      "Webhooks API 2023",
      "A 400 is `application/problem+json` with `type`, `title`, `status`, `detail` (“One or more " +
        "validation errors occurred.”), `instance` (the path behind the gateway), `traceId`, and " +
        "`extraDetails`, a list of `name` and `reason` with everything that is wrong. `type` repeats " +
        "the trace id, as in the example.",
      "wire/webhooks.test.ts > of %s is refused and changes nothing",
      "wire/webhooks.test.ts > in which several things are wrong is told all of them",
    ),
    assumed(
      "Webhooks API 2023; of the reasons it shows one",
      "What is missing has the documented reason, in the header `Merchant-Serial-Number` too; other " +
        "reasons are in words of the mock's own.",
      "wire/webhooks.test.ts > in which several things are wrong is told all of them",
      "wire/webhooks.test.ts > has to name its sales unit if it is a merchant",
    ),
    assumed(
      "Webhooks API 2023; it documents neither status",
      "A wrong platform token is 401 and an unknown registration 404, in the same form without " +
        "`extraDetails`.",
      "wire/webhooks.test.ts > is refused: %s",
      "wire/webhooks.test.ts > belongs to the sales unit that made it",
    ),
    observed(
      "stottemedlem; Webhooks API 2023",
      "A `url` whose host cannot be resolved is 400, with `extraDetails` about `url`: “The URL and/or " +
        "hostname you provided is not allowed”. The same request is taken once the name is known.",
      "wire/webhooks.test.ts > is refused as long as nobody knows an address for its host",
      "wire/webhooks.test.ts > is refused where the system itself finds no address",
    ),
    assumed(
      "Webhooks API 2023; it does not say what becomes of such a request",
      "A `url` is taken while nobody can say whether its host has an address: each attempt looks it up again.",
      "wire/webhooks.test.ts > is taken where nobody can say whether its host has an address, which is noted: %s",
      "wire/webhooks.test.ts > is taken where the DNS takes too long to say",
    ),
    different(
      "Webhooks API 2023; the real service takes https only, and any host that the world can reach",
      "A `url` may be http, and of this machine.",
      "A test has no certificate and no public address.",
      "wire/webhooks.test.ts > is this machine, or on a host that the operator named",
    ),
    different(
      "Webhooks API 2023; the real service takes any host that the world can reach",
      "A `url` is refused unless the operator has named its host: in `webhookHosts`, or as the " +
        "origin of a redirect URI or of a `consentWebhookUrl`. While only this machine can call " +
        "the mock, this machine is allowed too. This is checked again before each attempt.",
      OWN_TEST_ADDRESSES,
      "wire/webhooks.test.ts > is this machine, or on a host that the operator named",
      "wire/webhooks.test.ts > is not this machine where others can call the mock, unless its origin is named",
      "webhooks/courier.test.ts > does not go to an address that is not the operator's any more",
    ),
    documented(
      "agent toolkit",
      'The ping is a POST of `{"auth_req_id":"…"}` to every registration of the sales unit, except for ' +
        "the redirect variant.",
      "wire/phone/ping.test.ts > comes once after %s, signed with the registration's secret, and the poll tells the end",
      "wire/phone/ping.test.ts > goes to the sales unit of the login, and to none for the redirect variant",
    ),
    documented(
      "Webhooks API 2023",
      "It is signed: `x-ms-date`, `x-ms-content-sha256` with the base64 of the body's SHA-256, and " +
        "`Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=…` over " +
        "method, path with query, and those three. The key is the secret as it is written, which is " +
        "not decoded. Vipps' own worked example comes out the same.",
      "wire/phone/ping.test.ts > comes once after %s, signed with the registration's secret, and the poll tells the end",
      "webhooks/messages.test.ts > signs a request to %s by method, path, date, host and digest",
      "webhooks/messages.test.ts > signs as in the worked example that Vipps publishes",
    ),
    assumed(
      "no public source",
      "`x-ms-date` is that of the attempt, by the sandbox's clock: each retry is signed anew.",
      "webhooks/courier.test.ts > goes to every registration of the sales unit, signed with its secret",
    ),
    documented(
      "agent toolkit",
      "A receiver has 10 seconds to respond.",
      "webhooks/courier.test.ts > delays nobody while the receiver hangs, and is given up after the time",
    ),
    documented(
      "Webhooks API 2023; agent toolkit",
      "A status of 400 or more, or no response, is followed by retries for 7 days after the first attempt.",
      "webhooks/delivery.test.ts > status %d: %s",
      "webhooks/courier.test.ts > is given up 7 days after the first attempt",
      "webhooks/courier.test.ts > is tried again after a refused and after a broken connection",
    ),
    documented(
      "agent toolkit; approximate there, and in 2023 only said to be exponential",
      "The next attempt comes 2 seconds after each of the first four, then after 60 and after 120 seconds, " +
        "then every hour up to the 29th, then every day.",
      "webhooks/delivery.test.ts > after turn %d is %d seconds",
      "webhooks/delivery.test.ts > that is refused is followed by others: for a while every two seconds, then every hour, then every day",
    ),
    different(
      "the mock's own",
      "Retries go by the sandbox's clock: they wait while it stands still, and come when it is moved.",
      "A test need not wait for a week.",
      "webhooks/courier.test.ts > waits as long as the clock stands still, and goes on with it",
      "webhooks/courier.test.ts > is given up 7 days after the first attempt",
    ),
    assumed(
      "Webhooks API 2023; that a url must not redirect is documented, what happens then is not",
      "Redirects are not followed; they count as failed attempts, as every status below 200 or from 300 on.",
      "webhooks/courier.test.ts > does not follow a redirect",
      "webhooks/delivery.test.ts > status %d: %s",
    ),
    assumed(
      "Webhooks API 2026; it speaks of registrations that are unresponsive for two weeks",
      "In profile 2026 a registration is removed by the first failed attempt that comes two weeks or more " +
        "after an earlier one, with nothing received between them.",
      "webhooks/courier.test.ts > in profile %s for %d seconds is kept: %s",
      "webhooks/courier.test.ts > begins anew once something was received",
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
