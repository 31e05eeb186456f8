import { PROFILES } from "../src/profiles/index.ts";
import type { Profile, Switches } from "../src/profiles/profile.ts";
import { DAY } from "../src/records/time.ts";
import type { Behaviour, Section } from "./behaviour.ts";

/** What each switch does, at each of its values. */
const SENTENCES: { readonly [Name in keyof Switches]: (value: Switches[Name]) => string } = {
  minimumAge: (years) => `A user must be ${years} years old.`,
  scopeWithoutEntitlement: (fate) =>
    ({
      invalid_scope: "A scope that the sales unit is not entitled to is refused: `invalid_scope`.",
      drop: "A scope that the sales unit is not entitled to is dropped.",
    })[fate],
  userDataInIdToken: (there) =>
    `The ID token carries ${there ? "the consented claims too" : "no claim about the user beyond `sub`"}.`,
  subjectPer: (sector) =>
    `\`sub\` is the same for all logins of a user at one ${sector.replace("-", " ")}.`,
  consentPer: (whose) =>
    `A consent is for ${whose === "merchant" ? "all sales units of the merchant" : "the sales unit where it was given"}.`,
  expiresIn: (seconds) => `The token response has an \`expires_in\` of ${seconds}.`,
  accessTokenLifetime: (seconds) =>
    `Userinfo takes an access token for ${seconds} seconds, whatever \`expires_in\` says.`,
  codeLifetime: (seconds) => `An authorization code lives ${seconds} seconds.`,
  audience: (form) =>
    `\`aud\` of a browser login's ID token is ${form === "array" ? "an array" : "a string"}.`,
  subscriptionKeyRefused: (refused) =>
    `A subscription key that is sent to Login's userinfo ${refused ? "is refused with 401" : "changes nothing"}.`,
  subscriptionKeyRefusedBySubject: (refused) =>
    `A subscription key that is sent to userinfo by sub ${refused ? "is refused with 401" : "changes nothing"}.`,
  apiVersion2: (there) =>
    `The scope \`api_version_2\` is ${there ? "for every sales unit" : "one that a sales unit has to be entitled to"}.`,
  formPost: (there) => `\`response_mode=form_post\` is ${there ? "supported" : "refused"}.`,
  errorTexts: (year) =>
    `The descriptions of Vipps' own redirect errors are those of the documentation of December ${year}.`,
  delegatedConsentsFormat: (year) =>
    ({
      "2023":
        "`delegatedConsents` has the `heading` “Give consent” and the merchant's top text as `text`.",
      "2026": "`delegatedConsents` has the merchant's top text as `heading`, and no `text`.",
    })[year],
  askAgainAfterChange: (again) =>
    `Once answered, a merchant's questions are ${again ? "asked again when the merchant asks something else" : "not asked again, whatever the merchant asks later"}.`,
  discovery: (year) => `The discovery document is the variant of ${year}.`,
  rememberOnPhones: (ticked) =>
    `The box to be remembered starts ${ticked ? "ticked" : "empty"} on a phone.`,
  partnerKeys: (flows) =>
    ({
      "phone-number": "Partner keys are for login from phone number only.",
      everywhere: "Partner keys are for login from phone number and in the browser.",
    })[flows],
  loginFromPhoneNumber: (who) =>
    ({
      entitled: "Login from phone number is for sales units that have applied for it.",
      everyone: "Login from phone number is for every sales unit.",
    })[who],
  requestedExpiry: (there) => `\`requested_expiry\` ${there ? "is understood" : "is ignored"}.`,
  noDialog: (there) => `\`requested_flow=no_dialog\` ${there ? "is there" : "is ignored"}.`,
  appToAppV2: (there) => `\`requested_flow=app_to_app_v2\` ${there ? "is there" : "is ignored"}.`,
  acrValues: (there) =>
    `\`acr_values=urn:vipps:acr:app_auth\` ${there ? "makes the user confirm in the app" : "is ignored"}.`,
  gender: (there) => `There is ${there ? "a" : "no"} scope \`gender\`.`,
  customFlow: (there) => `There is ${there ? "a" : "no"} scope \`customFlow\`.`,
  delegatedConsentsInBrowser: (there) =>
    `The scope \`delegatedConsents\` is for login from phone number${there ? " and in the browser" : " only"}.`,
  webhookSecret: (form) =>
    ({
      base64: "The secret of a webhook's registration is the base64 of 64 bytes.",
      uuid: "The secret of a webhook's registration is a UUID.",
    })[form],
  webhookRemovedAfter: (seconds) =>
    seconds === null
      ? "A webhook's registration stays, however long nothing is received."
      : "A webhook's registration is removed with the first attempt that fails when nothing has been " +
        `received for ${seconds / DAY} days.`,
  platformToken: (year) =>
    ({
      "2023": "The response of `/accesstoken/get` has seven members, all of them strings.",
      "2026":
        "The response of `/accesstoken/get` has `token_type`, `expires_in`, `expires_on` and " +
        "`access_token`.",
    })[year],
  httpRedirectHosts: (hosts) =>
    `Redirect URIs on plain http are for localhost and loopback addresses${hosts.length === 0 ? " only" : `, and for ${hosts.join(", ")}`}.`,
  retention: (whose) =>
    ({
      "every-session":
        "What a login or a payment shared can be read by `sub` until 168 hours after it, and with a " +
        "login's access token as well once the consent is revoked, even if the token had run out.",
      payments:
        "What a payment shared can be read by `sub` for 168 hours; a login's data with its access token " +
        "alone, until that runs out, revoked or not.",
    })[whose],
};

/** Every switch, side by side for each profile. */
export const profilesSection: Section = {
  title: "Profiles",
  endpoints: [],
  behaviours: (Object.keys(SENTENCES) as (keyof Switches)[]).flatMap((name) =>
    Object.values(PROFILES).map((profile) => settingOf(profile, name)),
  ),
};

function settingOf<Name extends keyof Switches>(profile: Profile, name: Name): Behaviour {
  const { value, source, status } = profile.settings[name];
  const what = `${profile.name}: ${SENTENCES[name](value)}`;
  return { what, source, status, tests: [`wire/profiles.test.ts > ${name}`] };
}
