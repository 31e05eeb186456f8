import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented, observed } from "./behaviour.ts";

/** What a person sees between the request and the redirect back. */
export const loginPagesSection: Section = {
  title: "Login and consent pages",
  endpoints: [
    `GET ${PATHS.login}`,
    `POST ${PATHS.login}`,
    `GET ${PATHS.loginStatus}`,
    `GET ${PATHS.loginScript}`,
    `GET ${PATHS.endedScript}`,
    `GET ${PATHS.consent}`,
    `POST ${PATHS.consent}`,
  ],
  behaviours: [
    different(
      "vipps-developers issue 143; documentation 2023",
      "The pages are plain HTML forms; the real ones are a single-page application at " +
        "`/vipps-login-idp/index.html?tabId=…` with a private interface.",
      "They work without scripts, and any tool can drive them.",
      "browser/browsers.test.ts > without JavaScript",
    ),
    different(
      "the mock's own",
      "The pages say that they are a mock's, show no Vipps logo, offer up to 30 fixture users " +
        "to log in with one click, and show the user's phone next to the browser.",
      "There is no phone and no real user.",
      "wire/login-pages.test.ts > %s: HTML that is not stored and says that it is a mock",
      "wire/login-pages.test.ts > offers the fixture users, and says when there are more",
    ),
    assumed(
      "documentation 2023; that frames are not supported is documented, the header is not",
      "No page may be framed (`Content-Security-Policy` with `frame-ancestors 'none'`).",
      "wire/login-pages.test.ts > error and logout: stand in no frame either, and the merchant's redirect is not held up",
      "wire/login-pages.test.ts > %s: HTML that is not stored and says that it is a mock",
    ),
    documented(
      `FAQ: ${FAQ.nameAndLogo}`,
      "Every page shows the name of the sales unit.",
      "wire/faq/browser.ts > every page of the login shows the name of the sales unit and no logo",
    ),
    different(
      `FAQ: ${FAQ.language}`,
      "The language follows the `Accept-Language` header. The real pages read " +
        "`window.navigator.language`, which browsers send in that header.",
      "Pages that work without scripts cannot ask the browser.",
      "wire/faq/browser.ts > no, it follows the browser: %s is %s",
      "browser/browsers.test.ts > speak the browser's language",
    ),
    assumed(
      "developer site; its texts of consents are in these four languages, and it does not name those of the pages",
      "The languages are Norwegian, English, Danish and Finnish; every other browser gets English.",
      "wire/faq/browser.ts > no, it follows the browser: %s is %s",
    ),
    assumed(
      "no public source",
      "A phone number may be typed with spaces, hyphens, `+` or `00`; eight digits are a " +
        "Norwegian number.",
      "wire/login-pages.test.ts > understands %s",
    ),
    observed(
      "vipps-developers issue 143",
      "Users without the app, with an unknown number, or under age see “To log in with Vipps " +
        "you need to have Vipps on your phone and be at least 15 years old.”",
      "wire/login-pages.test.ts > %s cannot log in, is told one text for all, and can go back",
      "wire/faq/identity.ts > somebody who turns 18 today can; in 2026 it is 15",
    ),
    assumed(
      "vipps-developers issue 143",
      "In profile 2023 this text says 18 years.",
      "wire/login-pages.test.ts > %s cannot log in, is told one text for all, and can go back",
    ),
    assumed(
      "no public source",
      "The age is counted on the calendar in Oslo; users born on 29 February reach it on 1 " +
        "March.",
      "wire/faq/identity.ts > %s, born %s: not yet at %s, but at %s",
    ),
    assumed(
      "no public source",
      "The page with that text has the status 400 and lets the user go back to the merchant.",
      "wire/login-pages.test.ts > %s cannot log in, is told one text for all, and can go back",
    ),
    documented(
      "documentation 2023",
      "The browser shows something that the user must find again in the app; a wrong choice ends the " +
        "login with `wrong_challenge`.",
      "wire/login-pages.test.ts > offers three numbers, the one that the browser shows among them",
      "wire/login-pages.test.ts > a wrong choice is wrong_challenge",
    ),
    documented(
      "developer site; that it has two digits is assumed",
      "It is one of three two-digit numbers.",
      "wire/login-pages.test.ts > offers three numbers, the one that the browser shows among them",
    ),
    different(
      "documentation 2023",
      "Profile 2023 shows numbers too; the real service showed emoji then.",
      "The pages are the same in both profiles, and the merchant sees no difference.",
      "wire/login-pages.test.ts > offers three numbers, the one that the browser shows among them",
    ),
    documented(
      `FAQ: ${FAQ.appToken}`,
      "The app can say “Could not get Vipps Login token”; the login goes on waiting.",
      "wire/faq/consent.ts > the phone says so, the merchant hears nothing, and the user may try again",
    ),
    documented(
      "documentation 2023",
      "Consent is all or nothing. It is not asked for when only `openid` is requested or " +
        "everything was consented to before.",
      "wire/faq/identity.ts > consent is all or nothing",
      "wire/faq/consent.ts > it is asked for once, again for more, and again after it was withdrawn",
    ),
    documented(
      "documentation 2022; documentation 2023",
      "In profile 2023 a consent is for all sales units of the merchant.",
      "wire/faq/consent.ts > in profile 2023 it is asked for once for all sales units of a merchant",
    ),
    documented(
      "developer site",
      "In profile 2026 a consent is for the sales unit where it was given.",
      "wire/faq/consent.ts > in profile 2026 it is asked for at each sales unit, and withdrawn from one alone",
    ),
    documented(
      "documentation 2023",
      "The consent page lists what will be shared.",
      "wire/faq/consent.ts > the consent page shows what will be shared, and nothing else",
    ),
    different(
      "documentation 2023",
      "The consent page shows the values too, which the real page shows to a user who asks for them.",
      "A page that works without scripts shows them at once.",
      "wire/login-pages.test.ts > shows the values of each scope",
    ),
    assumed(
      "Userinfo API 2023; it says of payments that what is left to consent to is asked for",
      "Scopes that are requested later are added to the consent.",
      "wire/faq/consent.ts > agreeing to more renews the time of the consent, asking for no more does not",
    ),
    documented(
      "documentation 2023",
      "`api_version_2` needs no consent.",
      "rules/consent.test.ts > %s",
    ),
    documented(
      `FAQ: ${FAQ.remembered}`,
      "The user decides with a checkbox whether the browser is remembered; the merchant cannot.",
      "wire/faq/browser.ts > only the user chooses: the box decides whether the next login asks",
    ),
    documented(
      "documentation 2022; documentation 2023; developer site",
      "On a desktop the checkbox is empty at first. On a phone it is ticked in profile 2023, and empty in profile 2026.",
      "wire/faq/browser.ts > the box on %s",
      "wire/profiles.test.ts > rememberOnPhones",
    ),
    documented(
      "documentation 2023",
      "A browser is remembered for all merchants.",
      "wire/faq/browser.ts > a remembered user with consent is sent straight back, to other merchants too",
    ),
    assumed(
      "no public source",
      "It is remembered once its user has confirmed in the app; a user who may no longer log in is asked " +
        "again. `auth_time` stays the time of that confirmation.",
      "wire/login-pages.test.ts > is asked again once its user is %s",
      "wire/token.test.ts > tells in a remembered browser when its user confirmed",
    ),
    different(
      "the mock's own",
      "A browser is remembered for 365 days, and of those that remember a user the newest 20,000 are " +
        "kept (`limits.browserDays`, `limits.browsers`).",
      "How long the real service remembers is not known; a server that runs for weeks must not grow for ever.",
      "control/limits.test.ts > is forgotten after limits.browserDays",
      "control/limits.test.ts > %s",
    ),
    different(
      "the mock's own",
      "The app page leads back to the phone number, and the consent page of a remembered user to a new " +
        "login in a browser that remembers nobody any more.",
      "Whoever chose the wrong user goes on without the merchant; the real pages are not known to offer it.",
      "wire/login-again.test.ts > asks once more whose login it is, and goes on with that user",
      "wire/login-again.test.ts > forgets the browser, and begins the login again",
    ),
    different(
      "the mock's own",
      "Whoever may use the dashboard reads on each page what the merchant asked for, in which sandbox and at " +
        "what time, and why a user cannot log in.",
      "The sentence that the user reads is one for all reasons, as the real one is.",
      "wire/login-developers.test.ts > %s: says what was asked, and where",
      "wire/login-developers.test.ts > %s cannot log in, and why is there too",
    ),
    different(
      "the mock's own",
      "A login page that is opened again after the end says that the login is over, with the status 410 and the " +
        "way back; where the redirect URI is an app's, the page that was left behind says so by itself, with the link.",
      "Few test machines have the merchant's app, and a browser that cannot open it shows nothing.",
      "wire/login-ended.test.ts > has the way back to the merchant's site, at page %s from the end",
      "browser/apps.test.ts > has no app for the merchant's link, and reads so %s",
    ),
    assumed(
      "no public source",
      "A form is answered with a 303 redirect; when a page is submitted twice, the first time " +
        "counts.",
      "wire/login-pages.test.ts > a page that was left with an answer leads on, however often it is sent",
      "wire/login-pages.test.ts > the first of two answers counts",
    ),
  ],
};
