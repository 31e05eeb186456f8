import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented } from "./behaviour.ts";

/** The parameters that decide how a login goes between the browser and the apps. */
export const appFlowsSection: Section = {
  title: "Flows between browser and apps",
  endpoints: [`GET ${PATHS.authorize}`, `GET ${PATHS.resume}`],
  behaviours: [
    assumed(
      "documentation 2023; that unknown values are not refused is not known",
      "A `requested_flow` that does not exist, or not in this profile, is ignored, and the " +
        "request log says so. So are unknown values of `acr_values`, `final_redirect_is_app` and " +
        "`market`.",
      "wire/app-flows.test.ts > what is noted and nothing else",
    ),
    documented(
      "documentation 2023",
      "`requested_flow=app_to_app` has the user confirm in the app, which calls `app_callback_uri` " +
        "with `state` and `resume_uri`; the login is finished by opening `resume_uri` in the browser " +
        "that holds its cookies.",
      "wire/app-flows.test.ts > confirms in the app, calls the merchant's app, and finishes where that resumes",
      "wire/app-flows.test.ts > is refused the code in a browser without the cookies",
    ),
    assumed(
      "documentation 2023; that it is needed is documented, its error is not",
      "`app_to_app` without `app_callback_uri` is `invalid_app_callback_uri`, by redirect.",
      "wire/app-flows.test.ts > without app_callback_uri is refused",
    ),
    documented(
      "documentation 2023",
      "The app is called with `state` first, then `resume_uri` or `error`.",
      "oidc/redirect.test.ts > is called at %s, state first, as the documentation has it",
    ),
    documented(
      "documentation 2023",
      "The app gets an error as its code alone, without `error_description` and `resume_uri`.",
      "oidc/redirect.test.ts > is told the code of an error and nothing more",
    ),
    assumed(
      "documentation 2023; the documentation shows `unknown_error` and no other code",
      "The app gets `access_denied` when the user cancels, `outdated_app_version`, and any " +
        "error that a scenario names, such as `unknown_error`. What happens before the app is " +
        "open (no app, a user who cancels on the phone-number page) and what the authorization " +
        "server itself reports (an expired login, a missing cookie) goes to the redirect URI.",
      "wire/app-flows.test.ts > tells the merchant's app of a user %s",
      "wire/app-flows.test.ts > %j is told to %s as %s",
      "wire/app-flows.test.ts > tells the redirect URI of a user %s",
    ),
    different(
      "documentation 2023",
      "`resume_uri` is `/vipps-login-idp/index.html?tabId=` and 32 hexadecimal digits. This " +
        "page redirects; at the real service `tabId` is a UUID.",
      "The mock's pages are not a single-page application.",
      "wire/app-flows.test.ts > confirms in the app, calls the merchant's app, and finishes where that resumes",
    ),
    assumed(
      "documentation 2023",
      "With `app_to_app` the consent is asked for in the browser, after `resume_uri` was " +
        "opened; a refusal goes to the redirect URI.",
      "wire/app-flows.test.ts > asks for the consent in the browser that resumes",
      "wire/app-flows.test.ts > tells the redirect URI of a user who declines the consent after that",
    ),
    documented(
      "documentation 2023",
      "A remembered browser goes straight to the redirect URI; then `app_to_app` calls no app.",
      "wire/app-flows.test.ts > remembers the browser that resumes, and leads it straight back the next time",
    ),
    different(
      "the mock's own",
      "An automatic login, a scenario and an approval over the control API also go through " +
        "`app_callback_uri` and `resume_uri`.",
      "An application that cannot resume a login must not pass its tests.",
      "wire/app-flows.test.ts > goes the same way: %s",
      "wire/app-flows.test.ts > an approval over the control API sends the browser to the merchant's app",
    ),
    different(
      "documentation 2023",
      "The user's app is a page in the browser, on a phone as on a desk, or a page of its own at " +
        "`/mock/phone`. With `app_to_app` and `app_to_app_v2` it asks for a plain yes, otherwise for the " +
        "number that the browser shows; on a phone the real service opens the app, and shows no number.",
      "There is no phone, and no app that could be opened.",
      "dashboard/phone.test.ts > offers the numbers of a login that waits; the right one leads to the browser's consent",
      "wire/app-flows.test.ts > confirms in the app, calls the merchant's app, and finishes where that resumes",
      "wire/app-flows.test.ts > takes the consent in the app and returns straight to the redirect URI",
    ),
    documented(
      "documentation 2023",
      "With `requested_flow=automatic_return_from_vipps_app` any browser may come back from " +
        "the app, without the cookies of the one in which the login began; every other browser " +
        "flow needs them.",
      "wire/app-flows.test.ts > finishes in a browser that had no cookies, which then keeps those of the consent page",
      "wire/app-flows.test.ts > with requested_flow %s the same browser must come back",
    ),
    assumed(
      "no public source",
      "The consent page that such a browser then gets has a cookie of its own, and needs it. The way back works once.",
      "wire/app-flows.test.ts > needs the cookie of the consent page, from which nothing leads to another browser",
      "wire/app-flows.test.ts > still spends its way back once",
    ),
    documented(
      "documentation 2022",
      "`requested_flow=no_dialog` (profile 2023) logs in a remembered user who has consented; all " +
        "others come back with an error, such as `interaction_required`, “User interaction is required”.",
      "wire/app-flows.test.ts > of a remembered user with the consent is silent",
      "wire/app-flows.test.ts > in a browser that remembers nobody needs an interaction",
      "wire/app-flows.test.ts > of a remembered user without the consent needs one too",
    ),
    assumed(
      "documentation 2022; it names `login_required` and `server_error` as well, and not when they come",
      "Of these errors `interaction_required` is the only one here, whatever is missing.",
      "wire/app-flows.test.ts > in a browser that remembers nobody needs an interaction",
    ),
    documented(
      "agent toolkit",
      "`requested_flow=app_to_app_v2` (profile 2026) needs PKCE, takes the consent in the app and " +
        "returns straight to the redirect URI.",
      "wire/app-flows.test.ts > takes the consent in the app and returns straight to the redirect URI",
    ),
    assumed(
      "fosite 0.40.2; the text is fosite's where PKCE is enforced, whether Vipps uses that is not known",
      "Without PKCE it ends with `invalid_request`, “… Clients must include a code_challenge when " +
        "performing the authorize code flow, but it is missing.”, once the code is about to be issued.",
      "wire/app-flows.test.ts > is refused the code with %s",
    ),
    assumed(
      "developer site; a browser opens the request, and the app returns straight to the merchant's app",
      "After its first request no browser takes part in `app_to_app_v2`: none is remembered, and no cookie is needed.",
      "wire/app-flows.test.ts > needs no cookies: there is no browser between the apps",
      "wire/app-flows.test.ts > asks a user whom the browser remembers all the same",
    ),
    documented(
      "agent toolkit",
      "`acr_values=urn:vipps:acr:app_auth` (profile 2026) has every user confirm in the app, and the ID " +
        "token has that `acr`.",
      "wire/app-flows.test.ts > in 2026 a remembered browser is not enough, and the ID token says so",
    ),
    documented(
      "developer site; agent toolkit",
      "Such a login has no box to be remembered.",
      "wire/app-flows.test.ts > in 2026 there is no box to be remembered, and none that counts",
    ),
    assumed(
      "agent toolkit; it is for the advanced tier there",
      "Every sales unit may ask for that `acr`. Together with `prompt=none` it is " +
        "`login_required`.",
      "wire/app-flows.test.ts > in 2026 prompt=none cannot be silent",
    ),
    assumed(
      "documentation 2023; only that it is `true` or `false` is documented",
      "`final_redirect_is_app` changes nothing: the last hop is a redirect, to an app too.",
      "wire/app-flows.test.ts > a login to an app ends by redirect, whatever final_redirect_is_app says",
    ),
    different(
      "agent toolkit",
      "`market` changes nothing: the real one chooses the brand of the pages.",
      "The mock's pages have no brand.",
      "wire/app-flows.test.ts > %j is not even noted",
    ),
    documented(
      `FAQ: ${FAQ.remembered}`,
      "In profile 2023 no parameter makes a remembered user confirm in the app.",
      "wire/faq/browser.ts > the merchant cannot forbid it: %s",
    ),
  ],
};
