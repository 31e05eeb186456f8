import { describeSite } from "../site.ts";
import { AUTHLIB } from "../sites.ts";

describeSite("a site in Flask with Authlib", {
  ...AUTHLIB,
  welcome: /^Logged in as Ada Nordmann \(ada@example\.com\)$/,
  cancelled: /access_denied: user cancelled the login$/i,
  wrongSecret: /invalid_client: Client authentication failed/,
});
