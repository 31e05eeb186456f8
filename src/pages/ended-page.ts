import type { KeptRequest } from "../records/logged-request.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Language } from "../rules/language.ts";
import type { PageResponse } from "./page-context.ts";
import { show } from "./page-context.ts";

/** The page of a login that is over: somebody went back to it, or was sent to an app that did not open. */

/** Who came there. */
interface Visitor {
  readonly language: Language;
  /** It is the browser in which the login ended. */
  readonly isSame: boolean;
  readonly mayLook: boolean;
}

export async function endedPage(
  { sandbox: { store } }: Pick<Exchange, "sandbox">,
  { sent, clientId = "", login = "" }: KeptRequest,
  { language, isSame, mayLook }: Visitor,
): Promise<PageResponse> {
  const { searchParams } = new URL(sent.url);
  const redirectUri = searchParams.get("redirect_uri") ?? "";
  const isWeb = /^https?:/i.test(redirectUri);
  const location = String(sent.response?.headers["location"] ?? "");
  const salesUnit = await store.salesUnits.find("clientId", clientId);
  const model = {
    language,
    salesUnit: salesUnit?.name ?? clientId,
    site: isWeb ? new URL(redirectUri).origin : "",
    app: !isWeb && (isSame || mayLook) && location.startsWith(redirectUri) ? location : "",
    login: mayLook ? login : "",
  };
  return show("ended", model, 410);
}
