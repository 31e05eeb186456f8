import type { Partner } from "../control/types.ts";
import { unitNames } from "./clients.ts";
import type { Page } from "./page.ts";
import type { ListView, Tab } from "./portal-list.ts";
import { listPage, tabsOf } from "./portal-list.ts";

/** The partners, whose keys act for the sales units of others. */

interface PartnerView {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  /** Empty while they are hidden. */
  readonly clientSecret: string;
  readonly subscriptionKey: string;
  /** Shows them. */
  readonly keysHref: string;
  readonly units: readonly { readonly name: string; readonly href: string }[];
  readonly moreUnits: number;
}

interface PartnersView {
  readonly tabs: readonly Tab[];
  readonly list: ListView<PartnerView>;
}

/** So many sales units of a partner are named; it may act for thousands. */
const MOST_UNITS = 50;

export const partnersPage: Page = {
  async show(visit) {
    const { api, query, root } = visit;
    const names = await unitNames(api);
    const shown = query.get("keys");
    const model: PartnersView = {
      tabs: await tabsOf(visit, "partners"),
      list: await listPage<Partner, PartnerView>(visit, "partners", "portal/partners", (one) => {
        const { id, name, clientId, salesUnits } = one;
        const showing = new URLSearchParams([...query].filter(([key]) => key !== "keys"));
        showing.set("keys", id);
        return {
          ...{ id, name, clientId },
          clientSecret: id === shown ? one.clientSecret : "",
          subscriptionKey: id === shown ? one.subscriptionKey : "",
          keysHref: `${root}portal/partners?${showing}#partner-${id}`,
          units: salesUnits.slice(0, MOST_UNITS).map((msn) => ({
            name: names.get(msn) ?? msn,
            href: `${root}portal/units/${msn}`,
          })),
          moreUnits: Math.max(0, salesUnits.length - MOST_UNITS),
        };
      }),
    };
    const title = "Who acts for the sales units of others?";
    return { view: "portal-partners", title, section: "portal", model };
  },
};
