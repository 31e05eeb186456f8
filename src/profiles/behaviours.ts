import type { Behaviour, Section } from "../fidelity/behaviour.ts";
import { PROFILES } from "./index.ts";
import type { Profile, Switches } from "./profile.ts";

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
  accessTokenLifetime: (seconds) => `An access token has an \`expires_in\` of ${seconds}.`,
  subscriptionKeyRefused: (refused) =>
    `A subscription key that is sent to userinfo ${refused ? "makes it answer 401" : "changes nothing"}.`,
  discovery: (year) => `The discovery document is the variant of ${year}.`,
  retention: ({ tokens }) =>
    ({
      "168h-after-revocation":
        "A revoked consent lets a living access token work until 168 hours after the login.",
      "until-expiry": "A revoked consent changes nothing about a living access token.",
    })[tokens],
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
  return { what: `${profile.name}: ${SENTENCES[name](value)}`, source, status };
}
