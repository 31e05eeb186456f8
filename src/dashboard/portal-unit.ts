import type { LoggedRequest, SalesUnit, WebhookDelivery } from "../control/types.ts";
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
import { consentsForm, flowForm, keysForm, settingsForm } from "./portal-unit-form.ts";
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
  readonly keys: FormView & {
    readonly clientId: string;
    /** Empty while it is hidden. */
    readonly clientSecret: string;
  };
  readonly uris: readonly string[];
  readonly moreUris: readonly string[];
  readonly newUri: FieldView;
  readonly settings: {
    readonly texts: readonly FieldView[];
    readonly boxes: readonly FieldView[];
    readonly scopes: readonly FieldView[];
    readonly scopesProblem: string;
    readonly shown: string;
  };
  /** What it asks users by a scope of its own. */
  readonly consents: FormView & { readonly isSetUp: boolean };
  readonly flow: FormView & { readonly isSetUp: boolean };
  readonly statistics: StatisticsView;
  readonly deliveries: readonly DeliveryView[];
  readonly deliveriesHref: string;
  readonly refusals: readonly RequestLine[];
  readonly refusalsHref: string;
}

/** A form that unfolds. */
interface FormView {
  readonly isOpen: boolean;
  readonly fields: readonly FieldView[];
  /** What it was made from. */
  readonly shown: string;
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
        ...formView(keysForm(unit, visit)),
      },
      uris: redirectUris.slice(0, MOST_URIS),
      moreUris: redirectUris.slice(MOST_URIS),
      newUri: new Fields(visit, "add-uri").text("uri", "Another redirect URI", "", {
        path: "redirectUris",
        inputmode: "url",
        hint: "Compared with redirect_uri as a whole string: case, trailing slash and query count.",
      }),
      settings: settingsOf(unit, visit),
      consents: {
        isSetUp: unit.features.delegatedConsents !== null,
        ...formView(consentsForm(unit, visit)),
      },
      flow: { isSetUp: unit.features.customFlow !== null, ...formView(flowForm(unit, visit)) },
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

function formView({ form, fields }: ReturnType<typeof consentsForm>): FormView {
  return { isOpen: form.isRefused, fields, shown: form.shown };
}

function settingsOf(unit: SalesUnit, visit: Visit): UnitView["settings"] {
  const { form, ...fields } = settingsForm(unit, visit);
  return { ...fields, scopesProblem: form.problemsAt("scopes"), shown: form.shown };
}
