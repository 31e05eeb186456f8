import { describeSite } from "../site.ts";
import { APACHE } from "../sites.ts";

describeSite("a site behind Apache's mod_auth_openidc", {
  ...APACHE,
  welcome: /Logged in as Ada Nordmann \(ada@example\.com\)/,
  cancelled: /access_denied/,
  wrongSecret: /Error in handling response type/,
});
