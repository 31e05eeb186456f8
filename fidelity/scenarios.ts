import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { different, observed } from "./behaviour.ts";

/** What a merchant sees of logins whose outcome a test has chosen. */
export const scenariosSection: Section = {
  title: "Logins by a test's choice",
  endpoints: [`GET ${PATHS.authorize}`, `POST ${PATHS.backchannelAuthentication}`],
  behaviours: [
    different(
      "the mock's own",
      "A login that matches a queued scenario shows no page: one redirect reports the outcome, " +
        "after the scenario's delay. A scenario for a certain user takes effect on the " +
        "phone-number page.",
      "A test chooses what its user does, without a browser to do it in.",
      "wire/scenarios.test.ts > approve: one request, and the code of its user is there",
      "wire/scenarios.test.ts > delay: its user takes so long, by the real time",
      "wire/scenarios.test.ts > for a user who is not known yet",
    ),
    different(
      "the mock's own",
      "A login from phone number that matches a queued scenario begins at once; polls report " +
        "its outcome once the scenario's delay is over, by the sandbox's clock. `outdated_app` " +
        "refuses the request itself with `old_app`, `app_token_error` leaves the login waiting.",
      "The merchant's request ends before its user has looked at the phone.",
      "wire/phone/scenarios.test.ts > %j: the poll is told %i %s",
      "wire/phone/scenarios.test.ts > %s: the merchant has its answer at once, and a poll after the delay the end",
      "wire/phone/scenarios.test.ts > outdated_app: the request itself is refused with old_app, and no login is left",
      "wire/phone/scenarios.test.ts > app_token_error leaves it to somebody else to answer",
    ),
    different(
      "the mock's own",
      "The rules apply to the user of a scenario, and of an approval over the control API, " +
        "too: an under-age, blocked or removed user is refused as on the pages, and " +
        "`prompt=none` still asks nobody.",
      "What could not happen at the real service must not pass a test.",
      "wire/scenarios.test.ts > approve and app_token_error as %s: the rules still hold",
      "wire/scenarios.test.ts > approve: prompt=none with %s asks nobody",
    ),
    observed(
      "vipps-login-api issue 36",
      "The outcome `server_error` is as it was seen: `server_error`, “Something went wrong, " +
        "please try again”.",
      "wire/scenarios.test.ts > server_error: byte for byte as it was seen",
    ),
    different(
      "the mock's own",
      "A scenario may name any error and any description; a code that the mock knows has its usual " +
        "description where the scenario gives none, every other code has no `error_description`.",
      "Vipps says that undocumented codes will appear; an application must cope with them.",
      "wire/scenarios.test.ts > %j: the merchant hears it at once",
    ),
    different(
      "the mock's own",
      "A waiting login can be approved, rejected or made to expire over the control API. The " +
        "app page checks twice a second whether that has happened, and has a link for browsers " +
        "without scripts; the other pages notice when they are submitted or reloaded.",
      "A test may act for the user, whatever drives the browser.",
      "browser/waiting.test.ts > at the app page arrives at the merchant by itself: %s",
      "browser/waiting.test.ts > at the app page without scripts goes on by a link",
      "browser/waiting.test.ts > at the consent page goes on when it loads it again",
    ),
  ],
};
