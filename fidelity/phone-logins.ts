import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented, observed } from "./behaviour.ts";

export const phoneLoginSection: Section = {
  title: "Login from phone number",
  endpoints: [`POST ${PATHS.backchannelAuthentication}`],
  behaviours: [
    documented(
      "documentation 2023",
      "The response has `auth_req_id`, `expires_in` and `interval`, in this order; " +
        "`auth_req_id` has 27 characters, `expires_in` is 600 and `interval` 5.",
      "wire/phone/begin.test.ts > answers what to poll with, in the service's own order",
    ),
    assumed(
      "documentation 2023; it shows `application/json` here, and the charset at the token endpoint",
      "Every response of this endpoint is `application/json;charset=UTF-8` with " +
        "`Cache-Control: no-store` and `Pragma: no-cache`, without a line break at the end.",
      "wire/phone/begin.test.ts > answers what to poll with, in the service's own order",
    ),
    assumed(
      "documentation 2023",
      "Of several mistakes the first in this order is reported: empty body, repeated " +
        "parameter, client, entitlement, `login_hint`, `scope`, `binding_message`, " +
        "`redirect_uri`, `requested_expiry`, the user, too many logins.",
      "wire/phone/begin.test.ts > is told mistakes in a fixed order",
    ),
    documented(
      "documentation 2023",
      "A client authenticates as at the token endpoint.",
      "wire/phone/begin.test.ts > takes the one method that the sales unit has",
    ),
    assumed(
      "documentation 2023",
      "A failed client authentication is reported as at the token endpoint.",
      "wire/phone/begin.test.ts > by its client",
    ),
    documented(
      "documentation 2023; agent toolkit, for Greenland",
      "`login_hint` is `urn:msisdn:` with a phone number, or the older `urn:mobilenumber:` with eight digits " +
        "of a Norwegian one.",
      "wire/phone/begin.test.ts > understands %s",
    ),
    observed(
      "Curity client; the list is in an error text that a third party has published; Greenland joined in " +
        "2026",
      "The numbers are of Sweden, Denmark, Norway, Finland or Greenland, in both profiles.",
      "wire/phone/begin.test.ts > knows numbers that begin with %s",
    ),
    observed(
      "Curity client",
      "Any other form is `invalid_request`, “login_hint.value : Invalid login_hint. login_hint " +
        "must be in format: 'urn:msisdn:46|45|47|358|299{phonenumber}'.”",
      "wire/phone/begin.test.ts > does not take %j",
    ),
    assumed(
      "documentation 2023",
      "A missing `login_hint`, a number with fewer than 8 or more than 15 digits, and " +
        "`urn:customer-token:`, which was removed with the QR flow in January 2023, get the same " +
        "error.",
      "wire/phone/begin.test.ts > does not take %j",
    ),
    assumed(
      "documentation 2023",
      "The app variant does without `openid`; the ID token is issued all the same.",
      "wire/phone/begin.test.ts > needs openid in the redirect variant alone, in profile %s",
    ),
    documented(
      "documentation 2023",
      "The redirect variant requires `openid`; `invalid_scope` without it is assumed.",
      "wire/phone/begin.test.ts > needs openid in the redirect variant alone, in profile %s",
    ),
    documented(
      "documentation 2023",
      "The scope `nnin` is refused, in favour of `nin`.",
      "wire/phone/begin.test.ts > refuses %j as %s",
    ),
    assumed(
      "documentation 2023",
      "That refusal is `invalid_scope`, in profile 2026 too.",
      "wire/phone/begin.test.ts > drops what the sales unit is not entitled to in profile 2026, but for nnin",
    ),
    documented(
      "documentation 2023",
      "`binding_message` has 5 to 8 characters, each a capital letter, a digit or a hyphen.",
      "wire/phone/begin.test.ts > takes %s",
    ),
    assumed(
      "documentation 2023",
      "Anything else is `invalid_binding_message`; it may be left out.",
      "wire/phone/begin.test.ts > says why",
    ),
    documented(
      "agent toolkit; developer site",
      "`requested_expiry` is 60 to 900 seconds, and becomes `expires_in`, where the profile " +
        "has it.",
      "wire/phone/begin.test.ts > takes %s where the profile has it",
    ),
    assumed(
      "documentation 2023",
      "Any other value is `invalid_request`.",
      "wire/phone/begin.test.ts > refuses %j there",
    ),
    documented(
      "documentation 2023",
      "`state` and `nonce` are accepted.",
      "wire/phone/begin.test.ts > writes down all that the phone and the merchant need",
    ),
    assumed(
      "documentation 2023",
      "`state` does not come back; `nonce`, of any length, is a claim of the ID token.",
      "wire/phone/redirect.test.ts > sends the browser to the redirect URI with the code and nothing else",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    documented(
      "documentation 2023",
      "`requested_flow=login_to_webpage` with a registered `redirect_uri` is the redirect " +
        "variant.",
      "wire/phone/begin.test.ts > writes the redirect URI down",
    ),
    assumed(
      "documentation 2023",
      "In it a missing or unregistered `redirect_uri` is `invalid_request`; in the poll " +
        "variant `redirect_uri`, and every other `requested_flow`, are ignored.",
      "wire/phone/begin.test.ts > refuses the redirect_uri %s",
      "wire/phone/begin.test.ts > is not begun by %j, which is noted",
    ),
    assumed(
      "documentation 2023",
      "Any redirect URI that can be registered is accepted, also an `http` one of this " +
        "machine, although the real service requires https in production.",
      "wire/phone/begin.test.ts > takes a redirect URI of this machine",
    ),
    documented(
      "documentation 2023",
      "The `error_code` for a number without an active user, or of a user who is too young, is " +
        "`invalid_user`; for an app that is too old it is `old_app`.",
      "wire/phone/begin.test.ts > refuses one with the status %s as %s",
      "wire/phone/begin.test.ts > counts the age in profile %s from %i",
    ),
    observed(
      "Curity client",
      "The `error` that goes with `invalid_user` is `unknown_user_id`.",
      "wire/phone/begin.test.ts > refuses one with the status %s as %s",
    ),
    assumed(
      "documentation 2023; vipps-login-api issue 85; `old_app` stands in a list of redirect errors",
      "The status is 400, and `error_code` follows the `error` in the body. With `old_app` the `error` is " +
        "`old_app` too, also where the app turns out to be too old later.",
      "wire/phone/begin.test.ts > refuses one with the status %s as %s",
      "wire/phone/poll.test.ts > is told how it was rejected: %j",
    ),
    documented(
      "documentation 2023",
      "Too many logins at once for one user are 429 with `Retry-After`.",
      "wire/phone/begin.test.ts > lets three logins wait for one user, and says when to try again",
    ),
    assumed(
      "documentation 2023",
      "Three logins may wait for one user unless `limits.phoneLoginsPerUser` says otherwise; " +
        "`Retry-After` is the number of seconds until the first of them expires.",
      "wire/phone/begin.test.ts > lets three logins wait for one user, and says when to try again",
      "wire/phone/begin.test.ts > lets exactly so many of concurrent ones wait",
    ),
    different(
      "the mock's own",
      "With automatic login the user approves at once, or declines if the fixture says so.",
      "A test without a person would wait in vain.",
      "wire/phone/begin.test.ts > is approved at once for the user hinted",
      "wire/phone/begin.test.ts > is declined by a user who declines",
    ),
  ],
};

export const userExistsSection: Section = {
  title: "Whether a user exists",
  endpoints: [`POST ${PATHS.userExists}`],
  behaviours: [
    documented(
      "OpenAPI 2025; agent toolkit",
      "It takes a `login_hint` and returns `exists`, true or false.",
      "wire/phone/begin.test.ts > understands %s",
    ),
    assumed(
      "agent toolkit",
      "It is false for a user whose login would be refused with `invalid_user`, and true for " +
        "one whose app is too old.",
      "wire/phone/begin.test.ts > refuses one with the status %s as %s",
    ),
    assumed(
      "OpenAPI 2025",
      "Client, entitlement and `login_hint` are checked as for a login, with the same errors.",
      "wire/phone/begin.test.ts > does not take %j",
      "wire/phone/begin.test.ts > by its client",
      "wire/faq/phone-number.ts > is refused to all others, and so is the question whether a user exists",
    ),
    assumed(
      "OpenAPI 2025; it is documented since 2024",
      "It is there in profile 2023 too.",
      "wire/phone/begin.test.ts > understands %s",
    ),
  ],
};

export const phoneTokensSection: Section = {
  title: "Tokens of login from phone number",
  endpoints: [`POST ${PATHS.token}`],
  behaviours: [
    documented(
      "documentation 2023",
      "The grant `urn:openid:params:grant-type:ciba` polls with `auth_req_id`: " +
        "`authorization_pending` until the user has approved or rejected the login, then tokens " +
        "once, or `access_denied`.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
      "wire/phone/poll.test.ts > is told how it was rejected: %j",
    ),
    documented(
      "documentation 2023",
      "Its tokens are `access_token`, `token_type`, `expires_in` and `id_token`, in this order and " +
        "without `scope`; `token_type` is `Bearer` with a capital, `expires_in` 300, and the access token " +
        "begins with `ciba.`.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    assumed(
      "no public source",
      "43 characters follow.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    documented(
      "documentation 2023",
      "The tokens are given once.",
      "wire/phone/poll.test.ts > gives the tokens once",
    ),
    assumed(
      "CIBA Core §11",
      "An `auth_req_id` that is unknown, used, another client's or of the redirect variant is " +
        "`invalid_grant`; a missing one is `invalid_request`.",
      "wire/phone/poll.test.ts > with what is not its own",
    ),
    assumed(
      "CIBA Core §11",
      "A poll before the interval is over is `slow_down` while the login waits for its user, " +
        "and adds 5 seconds to the interval; the first poll may come at once, and an approval or " +
        "rejection is reported to any poll.",
      "wire/phone/poll.test.ts > at its pace",
    ),
    assumed(
      "CIBA Core §11",
      "From `expires_in` on a poll is `expired_token`, also where the user had approved; an hour later " +
        "the login is forgotten.",
      "wire/phone/poll.test.ts > expires while %s",
    ),
    documented(
      "documentation 2023; vipps-login-api issue 103",
      "In the redirect variant the browser lands on the redirect URI with a `code` and nothing else.",
      "wire/phone/redirect.test.ts > sends the browser to the redirect URI with the code and nothing else",
    ),
    documented(
      "documentation 2023",
      "The grant `urn:vipps:params:grant-type:ciba-redirect` takes that code, without a " +
        "`redirect_uri`; the response has `token_type` `bearer`, `expires_in` and `scope`.",
      "wire/phone/redirect.test.ts > gives tokens for the code in profile %s",
    ),
    assumed(
      "documentation 2023",
      "Members, access token, `expires_in` and the lifetime of the code are those of browser " +
        "logins; a `redirect_uri` is ignored.",
      "wire/phone/redirect.test.ts > gives tokens for the code in profile %s",
      "wire/phone/redirect.test.ts > takes a code of %i seconds with %i",
      "wire/phone/redirect.test.ts > ignores a redirect_uri, with a note",
    ),
    assumed(
      "documentation 2023; most of the redirect's error codes can come in this variant, it says, and not where",
      "When a login of the redirect variant is rejected, no browser is redirected.",
      "wire/phone/redirect.test.ts > has no way back before it is approved, when it is rejected, and in the poll variant",
    ),
    assumed(
      "no public source",
      "A code of one kind is `invalid_grant` at the other kind's grant.",
      "wire/phone/redirect.test.ts > has a grant of its own: each code is for one",
    ),
    documented(
      "documentation 2023",
      "The ID token is signed with ES256; its header is `kid` and `alg`.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    documented(
      "documentation 2023",
      "Its claims are `aud` as a string, `sub`, `auth_req_id`, `iss`, `exp` and `iat`, and it " +
        "is valid for 600 seconds.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    observed(
      "documentation 2023",
      "They are in this order, and every slash is escaped.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    assumed(
      "documentation 2023; a raw token of 2022 has `authReqId`",
      "The claim has its documented name alone.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    assumed(
      "documentation 2023",
      "`nonce` follows it, if one was sent.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
      "wire/phone/poll.test.ts > leaves nonce out where none was sent, and user data in every profile",
    ),
    assumed(
      "documentation 2022; documented for partner keys since November 2022, the samples here are older",
      "`msn` comes last.",
      "wire/phone/poll.test.ts > gives tokens once the user has approved",
    ),
    assumed(
      "documentation 2023",
      "The redirect variant has the same ID token, and no profile puts user data into it.",
      "wire/phone/redirect.test.ts > gives tokens for the code in profile %s",
    ),
  ],
};
