import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented, observed } from "./behaviour.ts";

export const phoneLoginSection: Section = {
  title: "Login from phone number",
  endpoints: [`POST ${PATHS.backchannelAuthentication}`],
  behaviours: [
    documented(
      "dossier §1.9",
      "The answer is `auth_req_id`, `expires_in` and `interval`, in this order; `auth_req_id` has 27 " +
        "characters, `expires_in` is 600 and `interval` 5.",
    ),
    assumed(
      "no public source",
      "Every answer of this endpoint is `application/json;charset=UTF-8` with `Cache-Control: no-store` " +
        "and `Pragma: no-cache`, without a line break at the end.",
    ),
    assumed(
      "dossier §1.9",
      "Of several mistakes the first of this order is told: empty body, repeated parameter, client, " +
        "entitlement, `login_hint`, `scope`, `binding_message`, `redirect_uri`, `requested_expiry`, the " +
        "user, too many logins.",
    ),
    documented("dossier §1.9", "A client authenticates as at the token endpoint."),
    assumed(
      "dossier §1.9",
      "A client that fails to is told so in the words of the token endpoint.",
    ),
    documented(
      "dossier §1.9",
      "`login_hint` is `urn:msisdn:` with a number of Sweden, Denmark, Norway, Finland or Greenland, or " +
        "the older `urn:mobilenumber:` with eight digits of a Norwegian one.",
    ),
    observed(
      "dossier §1.9",
      "Another form is `invalid_request`, “login_hint.value : Invalid login_hint. login_hint must be in " +
        "format: 'urn:msisdn:46|45|47|358|299{phonenumber}'.”",
    ),
    assumed(
      "dossier §1.9",
      "A missing `login_hint`, a number of fewer than 8 or more than 15 digits, and " +
        "`urn:customer-token:`, which went with the QR flow in January 2023, get the same words.",
    ),
    assumed("dossier §1.9", "`openid` is required in both variants, as in the browser."),
    documented("dossier §1.9", "The scope `nnin` is refused, in favour of `nin`."),
    assumed("dossier §1.9", "That refusal is `invalid_scope`, in profile 2026 too."),
    documented(
      "dossier §1.9",
      "`binding_message` has 5 to 8 characters, each a capital letter, a digit or a hyphen.",
    ),
    assumed("dossier §1.9", "Another one is `invalid_binding_message`; it may be left out."),
    documented(
      "dossier §1.9",
      "`requested_expiry` is 60 to 900 seconds, and `expires_in` with it, where the profile has it.",
    ),
    assumed("dossier §1.9", "Another value is `invalid_request`."),
    documented("dossier §1.9", "`state` and `nonce` are accepted."),
    assumed(
      "dossier §1.9",
      "`state` is not seen again; `nonce`, of any length, is a claim of the ID token.",
    ),
    documented(
      "dossier §1.9",
      "`requested_flow=login_to_webpage` with a registered `redirect_uri` makes the redirect variant.",
    ),
    assumed(
      "dossier §1.9",
      "There a missing or unregistered `redirect_uri` is `invalid_request`; without it, `redirect_uri` " +
        "and every other `requested_flow` are ignored.",
    ),
    assumed(
      "dossier §1.9",
      "A redirect URI that may be registered is good enough, an `http` one of this machine too, though " +
        "the real service wants https in production.",
    ),
    documented(
      "dossier §1.9",
      "A number without an active user, or of a user who is too young, is 400 with `error_code` " +
        "`invalid_user`; an app that is too old with `old_app`.",
    ),
    observed("dossier §1.9", "The `error` beside `invalid_user` is `unknown_user_id`."),
    assumed(
      "dossier §1.9, §5",
      "It is so beside `old_app` too, with the same description; `error_code` stands in the body behind " +
        "it.",
    ),
    documented("dossier §1.9", "Too many logins at once for one user are 429 with `Retry-After`."),
    assumed(
      "dossier §1.9, §5",
      "Three may wait for their user unless `limits.phoneLoginsPerUser` says otherwise; `Retry-After` is " +
        "the number of seconds until the first of them expires.",
    ),
    different(
      "the mock's own",
      "With automatic login the user approves at once, or declines where the fixture says so.",
      "A test without a person would wait in vain.",
    ),
  ],
};

export const userExistsSection: Section = {
  title: "Whether a user exists",
  endpoints: [`POST ${PATHS.userExists}`],
  behaviours: [
    documented("dossier §1.9", "It takes a `login_hint` and answers `exists`, true or false."),
    assumed(
      "dossier §1.9",
      "It is false for whom a login would be refused with `invalid_user`, and true for a user whose app " +
        "is too old.",
    ),
    assumed(
      "dossier §1.9",
      "Client, entitlement and `login_hint` are checked as for a login, in the same words.",
    ),
    assumed("dossier §1.1; it is documented since 2024", "It is there in profile 2023 too."),
  ],
};

export const phoneTokensSection: Section = {
  title: "Tokens of login from phone number",
  endpoints: [`POST ${PATHS.token}`],
  behaviours: [
    documented(
      "dossier §1.9",
      "The grant `urn:openid:params:grant-type:ciba` answers a poll with `auth_req_id`: " +
        "`authorization_pending` until the user has answered, once tokens, or `access_denied`.",
    ),
    documented(
      "dossier §1.9",
      "Its tokens are `access_token`, `token_type`, `expires_in` and `id_token`, in this order and " +
        "without `scope`; `token_type` is `Bearer` with a capital, `expires_in` 300, and the access token " +
        "begins with `ciba.`.",
    ),
    assumed("no public source", "43 characters follow there."),
    documented("dossier §1.9", "The tokens are given once."),
    assumed(
      "dossier §1.9, §5",
      "An `auth_req_id` that is unknown, used, another client's or of the redirect variant is " +
        "`invalid_grant`; a missing one is `invalid_request`.",
    ),
    assumed(
      "dossier §1.9, §5",
      "A poll that comes before the interval is over is `slow_down` while the user has not answered, " +
        "and adds 5 seconds to it; the first poll may come at once, and an answer is told to any poll.",
    ),
    assumed(
      "dossier §1.9, §5",
      "From `expires_in` on a poll is `expired_token`, also where the user had approved; an hour later " +
        "the login is forgotten.",
    ),
    documented(
      "dossier §1.9",
      "In the redirect variant the browser lands on the redirect URI with a `code` and nothing else.",
    ),
    documented(
      "dossier §1.9",
      "The grant `urn:vipps:params:grant-type:ciba-redirect` takes that code, without a " +
        "`redirect_uri`, and answers with `token_type` `bearer`, `expires_in` and `scope`.",
    ),
    assumed(
      "dossier §1.9",
      "Members, access token, `expires_in`, and the life of the code are those of browser logins; a " +
        "`redirect_uri` beside it is ignored.",
    ),
    assumed(
      "no public source",
      "Where a login of the redirect variant is rejected, no browser comes.",
    ),
    assumed("no public source", "A code of one kind is `invalid_grant` at the grant of the other."),
    documented("dossier §1.9", "The ID token is signed with ES256; its header is `kid` and `alg`."),
    documented(
      "dossier §1.9",
      "Its claims are `aud` as a text, `sub`, `auth_req_id`, `iss`, `exp` and `iat`, and it lives 600 " +
        "seconds.",
    ),
    observed("dossier §1.9", "They stand in this order, and every slash is escaped."),
    assumed(
      "dossier §1.9, §5; a raw token of 2022 has `authReqId`",
      "The claim has its documented name alone.",
    ),
    assumed("dossier §1.9", "`nonce` stands behind it, where one was sent."),
    assumed(
      "dossier §1.6; documented for partner keys since November 2022, the samples here are older",
      "`msn` comes last.",
    ),
    assumed(
      "dossier §1.9",
      "The redirect variant has the same ID token, and no profile puts user data into it.",
    ),
  ],
};
