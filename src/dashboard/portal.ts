import { notFound } from "../control/api/problem.ts";
import type { Partner, SalesUnit } from "../control/types.ts";
import { unitOfClient } from "./clients.ts";
import type { Elsewhere, Page, Visit } from "./page.ts";
import type { ListView, Tab } from "./portal-list.ts";
import { listPage, tabsOf } from "./portal-list.ts";

/** The portal: the sales units, as a merchant finds them in the real one, and the way to all else. */

interface UnitRow {
  readonly msn: string;
  readonly href: string;
  readonly name: string;
  readonly merchant: string;
  readonly authMethod: string;
  /** What keeps users from logging in there; empty for nothing. */
  readonly closed: string;
}

interface PortalView {
  readonly tabs: readonly Tab[];
  readonly list: ListView<UnitRow>;
}

export const portalPage: Page = {
  async show(visit) {
    const clientId = visit.query.get("clientId");
    if (clientId) return pageOfClient(clientId, visit);
    const model: PortalView = {
      tabs: await tabsOf(visit, "units"),
      list: await listPage<SalesUnit, UnitRow>(visit, "sales-units", "portal", (unit) => ({
        msn: unit.msn,
        href: `${visit.root}portal/units/${unit.msn}`,
        name: unit.name,
        merchant: unit.merchant,
        authMethod: unit.tokenEndpointAuthMethod,
        closed: whyClosed(unit),
      })),
    };
    return { view: "portal", title: "Which sales units are there?", section: "portal", model };
  },
};

export function whyClosed({
  active,
  loginActivated,
}: Pick<SalesUnit, "active" | "loginActivated">): string {
  const reasons = [active ? "" : "inactive", loginActivated ? "" : "Vipps Login not activated"];
  return reasons.filter((reason) => reason !== "").join(", ");
}

/** The log knows sales units by their client id only. */
async function pageOfClient(clientId: string, { api }: Visit): Promise<Elsewhere> {
  const unit = await unitOfClient(api, clientId);
  if (unit) return { to: `portal/units/${unit.msn}` };
  const search = clientId.slice(0, 200);
  const partners = await api.list<Partner>(["partners"], { search, limit: 1000 });
  if (partners.some((one) => one.clientId === clientId)) {
    return { to: `portal/partners?${new URLSearchParams({ search })}` };
  }
  const known = await api.list<SalesUnit>(["sales-units"]);
  throw notFound(
    "sales unit has the client id",
    clientId,
    known.map((one) => one.clientId),
    "; the portal lists those there are",
  );
}
