import type { WebhookDelivery } from "../control/types.ts";
import { DELIVERY_KINDS, DELIVERY_STATUSES } from "../records/vocabulary.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import { unitNames } from "./clients.ts";
import type { DeliveryView } from "./deliveries.ts";
import { deliveryView, sendAgain } from "./deliveries.ts";
import type { Page } from "./page.ts";
import type { Tab } from "./portal-list.ts";
import { isQueryRefused, tabsOf } from "./portal-list.ts";

/** The webhooks: what was sent to merchants, how each attempt went, and when the next one comes. */

interface WebhooksView {
  readonly tabs: readonly Tab[];
  readonly deliveries: readonly DeliveryView[];
  readonly older: string;
  readonly isNewest: boolean;
  readonly isFiltered: boolean;
  readonly filter: {
    readonly kinds: readonly Choice[];
    readonly statuses: readonly Choice[];
    readonly msn: string;
  };
}

const PAGE_SIZE = 30;
const FILTERS = ["kind", "status", "msn", "before"] as const;
const PATH = "portal/webhooks";

export const webhooksPage: Page = {
  async show(visit) {
    const { api, query, root } = visit;
    const filter = Object.fromEntries(
      FILTERS.flatMap((name) => {
        const value = query.get(name);
        return value ? [[name, value] as const] : [];
      }),
    );
    const asked = { ...filter, last: PAGE_SIZE + 1 };
    const found = isQueryRefused(visit)
      ? []
      : await api.list<WebhookDelivery>(["webhook-deliveries"], asked);
    const newest = found.slice(-PAGE_SIZE).toReversed();
    const names = await unitNames(api);
    const here = query.size === 0 ? PATH : `${PATH}?${query}`;
    const before = newest.at(-1)?.id ?? "";
    const model: WebhooksView = {
      tabs: await tabsOf(visit, "webhooks"),
      deliveries: newest.map((delivery) => deliveryView(delivery, visit, names, here)),
      older:
        found.length > PAGE_SIZE
          ? `${root}${PATH}?${new URLSearchParams({ ...filter, before })}`
          : "",
      isNewest: filter["before"] === undefined,
      isFiltered: Object.keys(filter).some((name) => name !== "before"),
      filter: {
        kinds: choices(DELIVERY_KINDS, filter["kind"]),
        statuses: choices(DELIVERY_STATUSES, filter["status"]),
        msn: filter["msn"] ?? "",
      },
    };
    return {
      view: "portal-webhooks",
      title: "Which webhooks were sent?",
      section: "portal",
      model,
    };
  },
  act: (visit) => sendAgain(visit, visit.query.size === 0 ? PATH : `${PATH}?${visit.query}`),
};
