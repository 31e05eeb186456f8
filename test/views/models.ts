import type { Views } from "../../src/pages/view-models.ts";
import { FAQ } from "../../src/records/faq.ts";
import type { Language } from "../../src/rules/language.ts";

/**
 * Page models for the tests of the views: every state a page can be in.
 */

export const languages: readonly Language[] = ["nb", "en", "da", "fi"];

/** One page in one state. */
export type Example = {
  [Name in keyof Views]: {
    readonly label: string;
    readonly name: Name;
    readonly model: Views[Name];
  };
}[keyof Views];

/** The data that a person or a merchant can fill with anything. */
interface Data {
  readonly salesUnit: string;
  readonly name: string;
  readonly value: string;
}

export const ordinary: Data = {
  salesUnit: "Blåbærbutikken",
  name: "Ada Øyås",
  value: "ada@example.com",
};

export function examples(language: Language, { salesUnit, name, value }: Data): Example[] {
  const form = {
    language,
    salesUnit,
    action: "/vipps-login-idp/login",
    loginChallenge: "5d1f1c0e4b7a4c0f9e8d7c6b5a493827",
  };
  const user = { id: value, name, phoneNumber: "4712345678" };
  const users = Array.from({ length: 18 }, (_, index) => ({
    ...user,
    id: `${value}-${index}`,
    sentence: value,
  }));
  const phone = {
    ...form,
    phoneNumber: "",
    canRemember: true,
    remember: false,
    minimumAge: 15,
    users,
    moreUsers: true,
  };
  const newUser = {
    msisdn: "4740000000",
    phoneNumber: "+47 400 00 000",
    givenName: name,
    familyName: name,
    birthDate: "1990-01-01",
    email: value,
    problem: "",
  };
  const app = {
    ...form,
    user,
    shown: 42,
    offered: [17, 42, 86],
    oneDevice: false,
    items: [],
    appTokenError: false,
    phoneOpen: false,
    callsApp: false,
  };
  const box = { label: value, required: false, checked: true };
  const asking: Views["consent"] = {
    language,
    salesUnit,
    action: "/vipps-login-idp/consent",
    consentChallenge: "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    user,
    items: [],
    questions: [
      {
        id: "delegated-consents",
        language: "en",
        title: value,
        intro: "",
        boxes: [
          { name: "delegatedConsents.email", label: value, required: true, checked: false },
          { ...box, name: "delegatedConsents.sms" },
        ],
        outro: value,
        links: [{ title: value, url: `mailto:${value}` }],
      },
      {
        id: "custom-flow-1",
        title: value,
        intro: value,
        boxes: [
          {
            ...box,
            name: "customFlow.club",
            readMore: { title: value, description: value },
          },
        ],
        outro: "",
        links: [],
      },
    ],
    confirm: { language: "en", text: value },
    remembered: false,
    callsApp: false,
    problem: false,
  };
  const developers = {
    login: "5d1f1c0e4b7a4c0f9e8d7c6b5a493827",
    sandbox: "default",
    profile: "2023",
    clock: undefined,
    asked: [{ name: "state", value }],
    withheld: [],
  };
  const why = { rule: "age", faq: FAQ.age, message: value, detail: value };
  const ended = { language, salesUnit, site: "", app: "", login: "" };
  return [
    { label: "phone", name: "phone", model: phone },
    {
      label: "phone without users",
      name: "phone",
      model: { ...phone, users: [], moreUsers: false, remember: true },
    },
    {
      label: "phone with a malformed number",
      name: "phone",
      model: { ...phone, phoneNumber: value, problem: "malformed_number" },
    },
    {
      label: "phone of someone too young",
      name: "phone",
      model: { ...phone, phoneNumber: "4712345678", problem: "not_eligible" },
    },
    {
      label: "phone of someone too young, with why",
      name: "phone",
      model: {
        ...phone,
        phoneNumber: "4712345678",
        problem: "not_eligible",
        developers: { ...developers, why },
      },
    },
    { label: "phone for developers", name: "phone", model: { ...phone, developers } },
    { label: "phone with users found", name: "phone", model: { ...phone, find: value } },
    {
      label: "phone with no user found",
      name: "phone",
      model: { ...phone, users: [], moreUsers: false, find: value },
    },
    {
      label: "phone with a number that nobody has",
      name: "phone",
      model: { ...phone, problem: "not_eligible", newUser },
    },
    {
      label: "phone with a person who cannot be made",
      name: "phone",
      model: {
        ...phone,
        users: [],
        moreUsers: false,
        remember: true,
        problem: "not_eligible",
        newUser: { ...newUser, problem: value },
      },
    },
    { label: "app", name: "app", model: app },
    { label: "app without a token", name: "app", model: { ...app, appTokenError: true } },
    { label: "app beside a phone", name: "app", model: { ...app, phoneOpen: true } },
    {
      label: "app that leads to an app, for developers",
      name: "app",
      model: {
        ...app,
        callsApp: true,
        developers: { ...developers, clock: { now: "2023-05-17T10:00:00Z", isFrozen: true } },
      },
    },
    { label: "app on one device", name: "app", model: { ...app, oneDevice: true } },
    {
      label: "app that asks for the consent too",
      name: "app",
      model: {
        ...app,
        oneDevice: true,
        items: [
          { scope: "name", values: [value] },
          { scope: "address", values: [] },
        ],
      },
    },
    {
      label: "phone of a login that no browser remembers",
      name: "phone",
      model: { ...phone, canRemember: false },
    },
    {
      label: "consent",
      name: "consent",
      model: {
        language,
        salesUnit,
        action: "/vipps-login-idp/consent",
        consentChallenge: "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        user,
        items: [
          { scope: "name", values: [name] },
          { scope: "phoneNumber", values: ["4712345678"] },
          { scope: "email", values: [] },
          { scope: "address", values: ["Robert Levins gate 5, 0154 Oslo", value] },
          { scope: "birthDate", values: ["1990-01-01"] },
          { scope: "nin", values: ["01019012345"] },
          { scope: value, values: [value] },
        ],
        questions: [],
        remembered: false,
        callsApp: false,
        problem: false,
      },
    },
    { label: "consent with questions", name: "consent", model: asking },
    {
      label: "consent of a remembered user",
      name: "consent",
      model: {
        ...asking,
        remembered: true,
        callsApp: true,
        developers: {
          ...developers,
          clock: { now: "2023-05-17T10:00:00Z", isFrozen: false },
          withheld: [value],
        },
      },
    },
    {
      label: "consent without what is required",
      name: "consent",
      model: { ...asking, problem: true },
    },
    {
      label: "error",
      name: "error",
      model: {
        language,
        error: value,
        description: value,
        redirectUriMismatch: false,
        refusal: undefined,
      },
    },
    {
      label: "error about the redirect URI",
      name: "error",
      model: {
        language,
        error: "invalid_request",
        description: "",
        redirectUriMismatch: true,
        refusal: { id: "r1", diagnosis: undefined },
      },
    },
    {
      label: "error with why",
      name: "error",
      model: {
        language,
        error: value,
        description: value,
        redirectUriMismatch: false,
        refusal: {
          id: "r1",
          diagnosis: {
            ...{ rule: "redirect-uri", faq: FAQ.redirectUris, message: value, detail: value },
            ...{ sent: `${value}/`, closest: "/callback/" },
          },
        },
      },
    },
    { label: "ended", name: "ended", model: ended },
    {
      label: "ended, with the way back to the site",
      name: "ended",
      model: { ...ended, site: "/", login: "5d1f1c0e4b7a4c0f9e8d7c6b5a493827" },
    },
    {
      label: "ended, with the way back to the app",
      name: "ended",
      model: { ...ended, app: `shop://callback?state=${value}`, login: "1" },
    },
    {
      label: "form post",
      name: "form-post",
      model: {
        language,
        action: `/callback?${value}`,
        fields: [
          { name: "code", value: "a.b" },
          { name: "state", value },
        ],
        script: "form-post.js",
      },
    },
    { label: "logout", name: "logout", model: { language } },
  ];
}

export function renderExample(
  renderer: {
    render<Name extends keyof Views>(name: Name, model: Views[Name]): Promise<string>;
  },
  { name, model }: Pick<Example, "name" | "model">,
): Promise<string> {
  return renderer.render<keyof Views>(name, model);
}
