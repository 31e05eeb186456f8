import { debian } from "../../support/requirement.ts";
import { describeSite } from "../site.ts";

describeSite("a site behind Apache's mod_auth_openidc", {
  requirement: debian(
    "Apache with mod_auth_openidc",
    "apache2-bin libapache2-mod-auth-openidc",
    "/usr/sbin/apache2",
    "/usr/lib/apache2/modules/mod_auth_openidc.so",
  ),
  folder: "apache",
  prepare: 'cp welcome.shtml "$SHOP_DIRECTORY"',
  serve: 'exec /usr/sbin/apache2 -f "$PWD/httpd.conf" -D FOREGROUND',
  callback: "/callback",
  login: "/",
  welcome: /Logged in as Ada Nordmann \(ada@example\.com\)/,
  cancelled: /access_denied/,
  wrongSecret: /Error in handling response type/,
});
