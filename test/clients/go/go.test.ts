import type { SiteOptions } from "../site.ts";
import { describeSite } from "../site.ts";
import { GO } from "../sites.ts";

/** Its client tries Basic first and then the body, and shows the second refusal. */
const shop: SiteOptions = {
  ...GO,
  welcome: /^Logged in as Ada Nordmann \(ada@example\.com\)$/,
  cancelled: /^\S+ access_denied: user cancelled the login/i,
  wrongSecret: /invalid_client/,
};

describeSite("a site in Go with go-oidc", shop);
describeSite("a site in Go with go-oidc at a client_secret_post unit", {
  ...shop,
  salesUnit: "Post Office",
});
