import { problemAt } from "../control/api/problem.ts";
import type { SalesUnit } from "../control/types.ts";
import { DELEGATED_CONSENT_IDS, SCOPES } from "../records/vocabulary.ts";
import type { FieldView } from "./fields.ts";
import { Fields, given, isTicked } from "./fields.ts";
import type { Visit } from "./page.ts";

/** The forms of a sales unit: each of the unit as it is now, and what it says when it is sent. */

/** The members of a sales unit, its features among them: they are changed one by one. */
export type Parts = Omit<SalesUnit, "features"> & SalesUnit["features"];

export function partsOf({ features, ...rest }: SalesUnit): Parts {
  return { ...rest, ...features };
}

export const AUTH_METHODS = [
  ["client_secret_basic", "client_secret_basic"],
  ["client_secret_post", "client_secret_post"],
] as const;

export function keysForm({ clientId }: SalesUnit, visit: Visit) {
  const form = new Fields(visit, "keys");
  const fields = [
    form.text("clientId", "Client id", clientId),
    form.text("clientSecret", "Client secret", "", { hint: "Left empty, it stays." }),
  ];
  return { form, fields };
}

export function keysIn(form: URLSearchParams): Partial<Parts> {
  const clientSecret = given(form, "clientSecret");
  return { clientId: given(form, "clientId"), ...(clientSecret !== "" && { clientSecret }) };
}

export function settingsForm(unit: SalesUnit, visit: Visit) {
  const form = new Fields(visit, "settings");
  const texts = [
    form.text("name", "Name", unit.name, { hint: "Users read it on every page and in the app." }),
    form.text("merchant", "Merchant", unit.merchant, {
      hint: "Its sales units share consents and see the same sub.",
    }),
    form.choice(
      "tokenEndpointAuthMethod",
      "Client authentication",
      unit.tokenEndpointAuthMethod,
      AUTH_METHODS,
      { hint: "The only method that the token endpoint takes." },
    ),
    form.text("consentWebhookUrl", "Webhook of revoked consents", unit.consentWebhookUrl ?? "", {
      hint: "Left empty, nobody is told.",
      inputmode: "url",
    }),
  ];
  const boxes = [
    form.box("active", "Active", unit.active),
    form.box("loginActivated", "Vipps Login is activated", unit.loginActivated),
    form.box(
      "loginFromPhoneNumber",
      "May log users in from their phone number",
      unit.features.loginFromPhoneNumber,
    ),
  ];
  const scopes = SCOPES.map((scope) =>
    form.boxOf("scopes", scope, scope, unit.scopes.includes(scope)),
  );
  return { form, texts, boxes, scopes };
}

/** @param unit those of its scopes that stay keep their order */
export function settingsIn(form: URLSearchParams, unit: SalesUnit): Partial<Parts> {
  const scopes = form.getAll("scopes");
  return {
    name: given(form, "name"),
    merchant: given(form, "merchant"),
    tokenEndpointAuthMethod: given(form, "tokenEndpointAuthMethod"),
    consentWebhookUrl: given(form, "consentWebhookUrl") || null,
    active: isTicked(form, "active"),
    loginActivated: isTicked(form, "loginActivated"),
    scopes: [
      ...unit.scopes.filter((scope) => scopes.includes(scope)),
      ...scopes.filter((scope) => !unit.scopes.some((one) => one === scope)),
    ],
    loginFromPhoneNumber: isTicked(form, "loginFromPhoneNumber"),
  } as Partial<Parts>;
}

const ANSWERS = [
  ["", "Not asked for"],
  ["optional", "Asked for"],
  ["required", "Asked for, and the login needs it"],
] as const;

export function consentsForm({ features }: SalesUnit, visit: Visit) {
  const form = new Fields(visit, "delegated-consents");
  const set = features.delegatedConsents;
  const at = (name: string) => ({ path: `features.delegatedConsents.${name}` });
  const fields: readonly FieldView[] = [
    form.text("topText", "Text above the consents", set?.topText ?? "", at("topText")),
    form.text("termsUrl", "Terms", set?.termsUrl ?? "", at("termsUrl")),
    form.text("privacyUrl", "Privacy", set?.privacyUrl ?? "", at("privacyUrl")),
    ...DELEGATED_CONSENT_IDS.map((id) => {
      const asked = set?.consents.find((consent) => consent.id === id);
      const value = asked === undefined ? "" : asked.required ? "required" : "optional";
      return form.choice(id, id, value, ANSWERS, at("consents"));
    }),
  ];
  return { form, fields };
}

export function consentsIn(form: URLSearchParams): Partial<Parts> {
  return {
    delegatedConsents: {
      topText: given(form, "topText"),
      consents: DELEGATED_CONSENT_IDS.flatMap((id) => {
        const answer = given(form, id);
        return answer === "" ? [] : [{ id, required: answer === "required" }];
      }),
      termsUrl: given(form, "termsUrl"),
      privacyUrl: given(form, "privacyUrl"),
    },
  };
}

/** What the field has while nothing is set up: the shape is the fastest explanation. */
const CUSTOM_FLOW_EXAMPLE = {
  screens: [
    {
      title: "Before you go on",
      description: "What the user reads.",
      elements: [{ type: "checkbox", id: "terms", title: "I accept the terms", required: true }],
    },
  ],
};

const CUSTOM_FLOW = "features.customFlow";

export function flowForm({ features }: SalesUnit, visit: Visit) {
  const form = new Fields(visit, "custom-flow");
  const shown = features.customFlow ?? CUSTOM_FLOW_EXAMPLE;
  const fields = [
    form.area("customFlow", "Screens, as JSON", JSON.stringify(shown, null, 2), {
      path: CUSTOM_FLOW,
      rows: 12,
      hint: "What the user meets by the scope customFlow (profile 2026).",
    }),
  ];
  return { form, fields };
}

/** @throws Problem 422 where it is not JSON */
export function flowIn(form: URLSearchParams): Partial<Parts> {
  try {
    return { customFlow: JSON.parse(given(form, "customFlow")) };
  } catch (error) {
    const message = `is not JSON: ${(error as Error).message}`;
    throw problemAt(422, { path: CUSTOM_FLOW, message });
  }
}
