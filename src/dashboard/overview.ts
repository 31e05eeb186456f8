import type { LoggedRequest } from "../control/types.ts";
import { addressesOf } from "../request/facts.ts";
import type { Choice } from "./choices.ts";
import { chooseUnit, clientNames } from "./clients.ts";
import type { RequestLine } from "./log.ts";
import { requestLine } from "./log.ts";
import type { Page } from "./page.ts";
import type { Snippet } from "./snippets.ts";
import { snippetsFor } from "./snippets.ts";

/** The overview: where the mock is, what to tell an application, and what was refused last. */

interface OverviewView {
  readonly addresses: readonly {
    readonly id: string;
    readonly label: string;
    readonly value: string;
  }[];
  readonly units: readonly Choice[];
  /** Whether there are more than those. */
  readonly isCut: boolean;
  /** Null where there is no sales unit. */
  readonly unit: {
    readonly msn: string;
    readonly name: string;
    readonly clientId: string;
    /** Empty while it is hidden. */
    readonly clientSecret: string;
    readonly authMethod: string;
    readonly redirectUris: readonly string[];
    readonly moreRedirectUris: number;
  } | null;
  readonly snippets: readonly Snippet[];
  readonly refusals: readonly RequestLine[];
  readonly hasRequests: boolean;
}

/** Stands in the place of a secret that nobody has asked for. */
const HIDDEN = "••••••••";

const MOST_REDIRECT_URIS = 4;
const MOST_REFUSALS = 5;

export const overviewPage: Page = {
  async show(visit) {
    const { api, exchange, query } = visit;
    const { url, issuer, discoveryUrl, controlUrl } = addressesOf(exchange.endpoints);
    const { unit, units, choices, isCut } = await chooseUnit(api, query.get("unit"));
    const isSecretShown = query.get("secret") === "shown";
    const refused = await api.list<LoggedRequest>(["requests"], {
      refused: true,
      last: MOST_REFUSALS,
    });
    const { count } = await api.get<{ count: number }>(["requests", "count"]);
    const names = await clientNames(visit);
    const model: OverviewView = {
      addresses: [
        { id: "issuer", label: "Issuer", value: issuer },
        { id: "discovery", label: "Discovery document", value: discoveryUrl },
        { id: "base-url", label: "Base URL", value: url },
        { id: "control-api", label: "Control API", value: controlUrl },
      ],
      units: choices,
      isCut,
      unit: unit
        ? {
            msn: unit.msn,
            name: unit.name,
            clientId: unit.clientId,
            clientSecret: isSecretShown ? unit.clientSecret : "",
            authMethod: unit.tokenEndpointAuthMethod,
            redirectUris: unit.redirectUris.slice(0, MOST_REDIRECT_URIS),
            moreRedirectUris: Math.max(0, unit.redirectUris.length - MOST_REDIRECT_URIS),
          }
        : null,
      snippets: unit
        ? snippetsFor({
            issuer,
            baseUrl: url,
            clientId: unit.clientId,
            clientSecret: isSecretShown ? unit.clientSecret : HIDDEN,
            redirectUri: unit.redirectUris[0] ?? "http://localhost:3000/callback",
            authMethod: unit.tokenEndpointAuthMethod,
            name: unit.name,
            postUnit:
              units.find((one) => one.tokenEndpointAuthMethod === "client_secret_post")?.name ?? "",
          })
        : [],
      refusals: refused.map((request) => requestLine(request, names, visit)).reverse(),
      hasRequests: count > 0,
    };
    return { view: "overview", title: "Where is the mock?", section: "overview", model };
  },
};
