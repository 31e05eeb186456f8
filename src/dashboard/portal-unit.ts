import type { LoggedRequest, SalesUnit, WebhookDelivery } from "../control/types.ts";
import { DELEGATED_CONSENT_IDS, SCOPES } from "../records/vocabulary.ts";
import type { DeliveryView } from "./deliveries.ts";
import { deliveryView } from "./deliveries.ts";
import type { FieldView } from "./fields.ts";
import { Fields, short } from "./fields.ts";
import type { RequestLine } from "./log.ts";
import { requestLine } from "./log.ts";
import type { Page, Visit } from "./page.ts";
import { whyClosed } from "./portal.ts";
import type { Tab } from "./portal-list.ts";
import { tabsOf } from "./portal-list.ts";
import { actOnUnit } from "./portal-unit-act.ts";
import type { StatisticsView } from "./statistics.ts";
import { statisticsOf } from "./statistics.ts";

/** A sales unit: all that the real portal shows a merchant of it and lets it change. */

interface UnitView {
  readonly tabs: readonly Tab[];
  readonly msn: string;
  /** Where every form of the page goes. */
  readonly action: string;
  readonly merchant: string;
  readonly closed: string;
  readonly keys: {
    readonly clientId: string;
    /** Empty while it is hidden. */
    readonly clientSecret: string;
    readonly fields: readonly FieldView[];
    readonly isOpen: boolean;
  };
  readonly uris: readonly string[];
  readonly moreUris: readonly string[];
  readonly newUri: FieldView;
  readonly settings: {
    readonly texts: readonly FieldView[];
    readonly boxes: readonly FieldView[];
    readonly scopes: readonly FieldView[];
    readonly scopesProblem: string;
  };
  readonly consents: QuestionsView & { readonly kinds: readonly FieldView[] };
  readonly flow: QuestionsView;
  readonly statistics: StatisticsView;
  readonly deliveries: readonly DeliveryView[];
  readonly deliveriesHref: string;
  readonly refusals: readonly RequestLine[];
  readonly refusalsHref: string;
}

/** What a merchant asks users by a scope of its own. */
interface QuestionsView {
  readonly isSetUp: boolean;
  readonly isOpen: boolean;
  readonly fields: readonly FieldView[];
}

/** So many redirect URIs are shown at once; the others unfold. */
const MOST_URIS = 10;
const MOST_DELIVERIES = 5;
const MOST_REFUSALS = 5;

export const unitPage: Page = {
  async show(visit) {
    const { api, params, query, root } = visit;
    const unit = await api.get<SalesUnit>(["sales-units", params["msn"] ?? ""]);
    const { msn, clientId, redirectUris } = unit;
    const path = `portal/units/${msn}`;
    const keys = new Fields(visit, "keys");
    const isSecretShown = query.get("secret") === "shown";
    const deliveries = await api.list<WebhookDelivery>(["webhook-deliveries"], {
      msn,
      last: MOST_DELIVERIES,
    });
    const names = new Map([[msn, unit.name]]);
    const model: UnitView = {
      tabs: await tabsOf(visit, "units"),
      ...{ msn, action: `${root}${path}`, merchant: unit.merchant, closed: whyClosed(unit) },
      keys: {
        clientId,
        clientSecret: isSecretShown ? unit.clientSecret : "",
        fields: [
          keys.text("clientId", "Client id", clientId),
          keys.text("clientSecret", "Client secret", "", { hint: "Left empty, it stays." }),
        ],
        isOpen: keys.isRefused,
      },
      uris: redirectUris.slice(0, MOST_URIS),
      moreUris: redirectUris.slice(MOST_URIS),
      newUri: new Fields(visit, "add-uri").text("uri", "Another redirect URI", "", {
        path: "redirectUris",
        inputmode: "url",
        hint: "Compared with redirect_uri as a whole string: case, trailing slash and query count.",
      }),
      settings: settingsOf(unit, visit),
      consents: delegatedConsentsOf(unit, visit),
      flow: customFlowOf(unit, visit),
      statistics: await statisticsOf(visit, msn),
      deliveries: deliveries
        .toReversed()
        .map((delivery) => deliveryView(delivery, visit, names, path)),
      deliveriesHref: `${root}portal/webhooks?msn=${msn}`,
      refusals: await refusalsOf(unit, visit),
      refusalsHref: `${root}log?${new URLSearchParams({ clientId, refused: "true" })}`,
    };
    return { view: "portal-unit", title: short(unit.name), section: "portal", model };
  },
  act: actOnUnit,
};

async function refusalsOf({ clientId, name }: SalesUnit, visit: Visit) {
  const refused = await visit.api.list<LoggedRequest>(["requests"], {
    ...{ clientId, refused: true, last: MOST_REFUSALS },
  });
  const names = new Map([[clientId, name]]);
  return refused.map((request) => requestLine(request, names, visit)).toReversed();
}

export const AUTH_METHODS = [
  ["client_secret_basic", "client_secret_basic"],
  ["client_secret_post", "client_secret_post"],
] as const;

function settingsOf(unit: SalesUnit, visit: Visit): UnitView["settings"] {
  const fields = new Fields(visit, "settings");
  return {
    texts: [
      fields.text("name", "Name", unit.name, {
        hint: "Users read it on every page and in the app.",
      }),
      fields.text("merchant", "Merchant", unit.merchant, {
        hint: "Its sales units share consents and see the same sub.",
      }),
      fields.choice(
        "tokenEndpointAuthMethod",
        "Client authentication",
        unit.tokenEndpointAuthMethod,
        AUTH_METHODS,
        { hint: "The only method that the token endpoint takes." },
      ),
      fields.text(
        "consentWebhookUrl",
        "Webhook of revoked consents",
        unit.consentWebhookUrl ?? "",
        {
          hint: "Left empty, nobody is told.",
          inputmode: "url",
        },
      ),
    ],
    boxes: [
      fields.box("active", "Active", unit.active),
      fields.box("loginActivated", "Vipps Login is activated", unit.loginActivated),
      fields.box(
        "loginFromPhoneNumber",
        "May log users in from their phone number",
        unit.features.loginFromPhoneNumber,
      ),
    ],
    scopes: SCOPES.map((scope) =>
      fields.boxOf("scopes", scope, scope, unit.scopes.includes(scope)),
    ),
    scopesProblem: fields.problemsAt("scopes"),
  };
}

const ANSWERS = [
  ["", "Not asked for"],
  ["optional", "Asked for"],
  ["required", "Asked for, and the login needs it"],
] as const;

function delegatedConsentsOf({ features }: SalesUnit, visit: Visit): UnitView["consents"] {
  const fields = new Fields(visit, "delegated-consents");
  const set = features.delegatedConsents;
  const at = (name: string) => ({ path: `features.delegatedConsents.${name}` });
  return {
    isSetUp: set !== null,
    isOpen: fields.isRefused,
    fields: [
      fields.text("topText", "Text above the consents", set?.topText ?? "", at("topText")),
      fields.text("termsUrl", "Terms", set?.termsUrl ?? "", at("termsUrl")),
      fields.text("privacyUrl", "Privacy", set?.privacyUrl ?? "", at("privacyUrl")),
    ],
    kinds: DELEGATED_CONSENT_IDS.map((id) => {
      const asked = set?.consents.find((consent) => consent.id === id);
      const value = asked === undefined ? "" : asked.required ? "required" : "optional";
      return fields.choice(id, id, value, ANSWERS, at("consents"));
    }),
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

function customFlowOf({ features }: SalesUnit, visit: Visit): QuestionsView {
  const fields = new Fields(visit, "custom-flow");
  const shown = features.customFlow ?? CUSTOM_FLOW_EXAMPLE;
  return {
    isSetUp: features.customFlow !== null,
    isOpen: fields.isRefused,
    fields: [
      fields.area("customFlow", "Screens, as JSON", JSON.stringify(shown, null, 2), {
        path: "features.customFlow",
        rows: 12,
        hint: "What the user meets by the scope customFlow (profile 2026).",
      }),
    ],
  };
}
