import type { TSchema } from "typebox";
import Type from "typebox";
import type { Answers, DelegatedConsents, FlowResult } from "../../records/answers.ts";
import { ASKING_SCOPES, DELEGATED_CONSENT_IDS } from "../../records/answers.ts";
import type { AuthorizationRequest } from "../../records/authorization-request.ts";
import { REQUESTED_FLOWS } from "../../records/authorization-request.ts";
import type { Browser, Consent } from "../../records/consent.ts";
import type { Webhook } from "../../records/delivery.ts";
import type { Fault } from "../../records/fault.ts";
import { LONGEST_DELAY } from "../../records/fault.ts";
import { faultProperties } from "../../records/fault-schema.ts";
import type { StoredKey } from "../../records/key-state.ts";
import { KEY_STATUSES } from "../../records/key-state.ts";
import type { Login, LoginFailure, ResponseError } from "../../records/login.ts";
import type { PhoneLogin, PhoneLoginApproval, PhoneLoginPlan } from "../../records/phone-login.ts";
import type { ClockState } from "../../records/sandbox.ts";
import type { Scenario } from "../../records/scenario.ts";
import {
  PartnerSchema,
  SalesUnitSchema,
  scenarioProperties,
  UserSchema,
} from "../../records/schema.ts";
import type { AccessToken, CodeGrant, PlatformToken, Session } from "../../records/session.ts";
import { settingsProperties } from "../../records/settings-schema.ts";
import type { LoginCount, LoginDay, LoginUser, RecentLogins } from "../../records/statistics.ts";
import type { StateCollection } from "../../sandbox/state.ts";
import { DiagnosisSchema } from "../api/diagnosis.ts";
import { closed } from "../api/operation.ts";

/** The state document: every record as the store has it, moments as seconds since 1970. */

/**
 * A record's schema, which has to say something of each member: one that is added to the record and
 * forgotten here does not compile.
 */
function recordOf<Item>() {
  return <Members extends { readonly [Name in keyof Required<Item>]: TSchema }>(members: Members) =>
    Type.Object(members, closed);
}

const Text = Type.String();
const OptionalText = Type.Optional(Text);
const Texts = Type.Array(Text);
const Count = Type.Integer({ minimum: 0 });
const Moment = Type.Integer({ minimum: 0, description: "Seconds since 1970." });
const OptionalMoment = Type.Optional(Moment);

const ConsentRecord = recordOf<Consent>()({
  id: Text,
  user: Text,
  merchant: Text,
  scopes: Texts,
  givenAt: Moment,
  revokedAt: OptionalMoment,
  untold: Type.Optional(Type.Literal(true)),
  answered: Type.Optional(
    Type.Array(
      recordOf<NonNullable<Consent["answered"]>[number]>()({
        msn: Text,
        scope: Type.Enum([...ASKING_SCOPES]),
      }),
    ),
  ),
});

const AnswerLanguage = Type.Enum(["NO", "EN"]);

const DelegatedConsentsRecord = recordOf<DelegatedConsents>()({
  language: AnswerLanguage,
  heading: Text,
  termsDescription: Text,
  confirmConsentButtonText: Text,
  links: recordOf<DelegatedConsents["links"]>()({
    termsLinkText: Text,
    termsLinkUrl: Text,
    privacyStatementLinkText: Text,
    privacyStatementLinkUrl: Text,
  }),
  timeOfConsent: Text,
  consents: Type.Array(
    recordOf<DelegatedConsents["consents"][number]>()({
      id: Type.Enum([...DELEGATED_CONSENT_IDS]),
      accepted: Type.Boolean(),
      required: Type.Boolean(),
      textDisplayedToUser: Text,
    }),
  ),
});

const FlowResultRecord = recordOf<FlowResult>()({
  language: AnswerLanguage,
  screens: Type.Array(
    recordOf<FlowResult["screens"][number]>()({
      title: Text,
      description: OptionalText,
      terms: Type.Optional(
        Type.Object({ links: Type.Array(Type.Object({ title: Text, url: Text }, closed)) }, closed),
      ),
      elements: Type.Array(
        recordOf<FlowResult["screens"][number]["elements"][number]>()({
          type: Type.Literal("checkbox"),
          id: Text,
          title: Text,
          checked: Type.Boolean(),
          required: Type.Boolean(),
          readMore: Type.Optional(Type.Object({ title: Text, description: Text }, closed)),
        }),
      ),
    }),
  ),
  timeOfConsent: Text,
});

const answersMembers = {
  delegatedConsents: Type.Optional(DelegatedConsentsRecord),
  flowResult: Type.Optional(FlowResultRecord),
};

const BrowserRecord = recordOf<Browser>()({
  id: Text,
  user: Text,
  userAgent: Text,
  authenticatedAt: Moment,
});

const RequestRecord = recordOf<AuthorizationRequest>()({
  clientId: Text,
  msn: Text,
  redirectUri: Text,
  responseMode: Type.Enum(["query", "fragment"]),
  scopes: Texts,
  grantedScopes: Texts,
  state: Text,
  nonce: OptionalText,
  codeChallenge: OptionalText,
  codeChallengeMethod: OptionalText,
  prompt: Texts,
  loginHint: OptionalText,
  flow: Type.Optional(Type.Enum([...REQUESTED_FLOWS])),
  appCallbackUri: OptionalText,
  acr: OptionalText,
  query: Text,
});

type ToldFailure = Extract<LoginFailure, { readonly reason: "told" }>;

const FailureRecord = Type.Union([
  recordOf<Exclude<LoginFailure, ToldFailure>>()({
    reason: Type.Enum([
      "cancelled",
      "consent_declined",
      "not_eligible",
      "outdated_app",
      "wrong_challenge",
    ]),
    diagnosis: Type.Optional(DiagnosisSchema),
  }),
  recordOf<ToldFailure>()({
    reason: Type.Literal("told"),
    error: recordOf<ResponseError>()({ code: Text, description: Text }),
    diagnosis: DiagnosisSchema,
  }),
]);

const LoginRecord = recordOf<Login>()({
  id: Text,
  request: RequestRecord,
  startedAt: Moment,
  expiresAt: Moment,
  forgetAt: Moment,
  csrf: Text,
  user: OptionalText,
  automatic: Type.Optional(Type.Boolean()),
  remember: Type.Boolean(),
  challenge: Type.Optional(
    recordOf<Required<Login>["challenge"]>()({ shown: Count, offered: Type.Array(Count) }),
  ),
  authenticatedAt: OptionalMoment,
  loginVerifier: OptionalText,
  consentChallenge: OptionalText,
  consentCsrf: OptionalText,
  consentVerifier: OptionalText,
  appTokenError: Type.Optional(Type.Boolean()),
  appOpen: Type.Optional(Type.Boolean()),
  consentGiven: Type.Optional(Type.Boolean()),
  answers: Type.Optional(recordOf<Answers>()(answersMembers)),
  failure: Type.Optional(FailureRecord),
});

const PhoneLoginRecord = recordOf<PhoneLogin>()({
  id: Text,
  authReqId: Text,
  clientId: Text,
  msn: Text,
  user: Text,
  scopes: Texts,
  grantedScopes: Texts,
  bindingMessage: OptionalText,
  state: OptionalText,
  nonce: OptionalText,
  redirectUri: OptionalText,
  startedAt: Moment,
  expiresAt: Moment,
  forgetAt: Moment,
  interval: Count,
  lastPolledAt: OptionalMoment,
  plan: Type.Optional(
    recordOf<PhoneLoginPlan>()({ at: Moment, failure: Type.Optional(FailureRecord) }),
  ),
  approval: Type.Optional(
    recordOf<PhoneLoginApproval>()({
      at: Moment,
      consent: Text,
      session: Text,
      answers: Type.Optional(recordOf<Answers>()(answersMembers)),
      code: OptionalText,
      ready: Type.Optional(Type.Literal(true)),
    }),
  ),
  failure: Type.Optional(FailureRecord),
  redeemedAt: OptionalMoment,
});

const SessionRecord = recordOf<Session>()({
  id: Text,
  sid: Text,
  login: OptionalText,
  payment: Type.Optional(Type.Literal(true)),
  user: Text,
  msn: Text,
  clientId: Text,
  subject: Text,
  userData: UserSchema,
  scopes: Texts,
  beganAt: Moment,
  consent: OptionalText,
  replayedAt: OptionalMoment,
  ...answersMembers,
  forgetAt: Moment,
});

const CodeRecord = recordOf<CodeGrant>()({
  code: Text,
  session: Text,
  login: OptionalText,
  clientId: Text,
  redirectUri: Text,
  nonce: OptionalText,
  acr: OptionalText,
  codeChallenge: OptionalText,
  authReqId: OptionalText,
  requestedAt: Moment,
  authenticatedAt: Moment,
  expiresAt: Moment,
  forgetAt: Moment,
  pkceSpent: Type.Optional(Type.Boolean()),
  usedAt: OptionalMoment,
});

const AccessTokenRecord = recordOf<AccessToken>()({
  token: Text,
  session: Text,
  issuedAt: Moment,
  expiresAt: Moment,
  forgetAt: Moment,
});

const LoginDayRecord = recordOf<LoginDay>()({
  id: Text,
  msn: Text,
  date: Text,
  appeared: recordOf<LoginCount>()({ logins: Count, withNin: Count }),
  recent: recordOf<RecentLogins>()({
    at: Type.Array(Moment),
    logins: Type.Array(Count),
    withNin: Type.Array(Count),
  }),
});

const LoginUserRecord = recordOf<LoginUser>()({
  id: Text,
  msn: Text,
  date: Text,
  subject: Text,
  firstAt: OptionalMoment,
});

const PlatformTokenRecord = recordOf<PlatformToken>()({
  token: Text,
  holder: recordOf<PlatformToken["holder"]>()({
    kind: Type.Enum(["partner", "sales-unit"]),
    id: Text,
  }),
  clientId: Text,
  expiresAt: Moment,
  forgetAt: Moment,
});

const Delay = Type.Number({ minimum: 0, maximum: LONGEST_DELAY, description: "Seconds." });

const ScenarioRecord = recordOf<Scenario>()({
  id: Text,
  match: scenarioProperties.match,
  user: OptionalText,
  outcome: scenarioProperties.outcome,
  remember: Type.Boolean(),
  delay: Delay,
  times: scenarioProperties.times,
  hits: Count,
  addedAt: Moment,
});

const FaultRecord = recordOf<Fault>()({
  id: Text,
  match: faultProperties.match,
  times: Type.Optional(faultProperties.times),
  after: faultProperties.after,
  probability: faultProperties.probability,
  seed: Type.Optional(faultProperties.seed),
  expiresAt: OptionalMoment,
  delay: Delay,
  answer: Type.Optional(faultProperties.then),
  corrupt: Type.Optional(faultProperties.corrupt),
  seen: Count,
  hits: Count,
});

const KeyRecord = recordOf<StoredKey>()({
  kid: Text,
  status: Type.Enum([...KEY_STATUSES]),
  createdAt: OptionalMoment,
  pem: Type.String({ description: "The private key, PKCS#8 in PEM." }),
});

const WebhookRecord = recordOf<Webhook>()({
  id: Text,
  msn: Text,
  url: Text,
  events: Texts,
  secret: Text,
});

/** A list for each collection of the state. */
const collections = {
  users: Type.Array(UserSchema),
  salesUnits: Type.Array(SalesUnitSchema),
  partners: Type.Array(PartnerSchema),
  consents: Type.Array(ConsentRecord),
  browsers: Type.Array(BrowserRecord),
  logins: Type.Array(LoginRecord),
  phoneLogins: Type.Array(PhoneLoginRecord),
  sessions: Type.Array(SessionRecord),
  codes: Type.Array(CodeRecord),
  accessTokens: Type.Array(AccessTokenRecord),
  loginDays: Type.Array(LoginDayRecord),
  loginUsers: Type.Array(LoginUserRecord),
  platformTokens: Type.Array(PlatformTokenRecord),
  scenarios: Type.Array(ScenarioRecord),
  faults: Type.Array(FaultRecord),
  webhooks: Type.Array(WebhookRecord),
} as const satisfies { readonly [Name in StateCollection]: TSchema };

export const StateSchema = Type.Object(
  {
    version: Type.Literal(1, { description: "The form of the document." }),
    settings: Type.Partial(Type.Object(settingsProperties), closed),
    clock: recordOf<ClockState>()({
      offset: Type.Integer({ description: "Seconds ahead of the real time." }),
      frozenAt: OptionalMoment,
    }),
    ...collections,
    keys: Type.Array(KeyRecord, {
      description: "Its own signing keys, private parts included; empty for the server's own.",
    }),
  },
  {
    ...closed,
    title: "State",
    description:
      "A whole sandbox but for its request log. It contains private keys, client secrets and living " +
      "tokens: keep it as you keep those.",
  },
);
