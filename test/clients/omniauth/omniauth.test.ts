import { debian } from "../../support/requirement.ts";
import { describeSite } from "../site.ts";

describeSite("a site on Rack with OmniAuth", {
  requirement: debian(
    "OmniAuth",
    "ruby-omniauth-oauth2 ruby-webrick",
    "/usr/bin/rackup",
    "/usr/lib/ruby/vendor_ruby/omniauth-oauth2.rb",
    "/usr/share/doc/ruby-webrick",
  ),
  folder: "omniauth",
  serve: "exec /usr/bin/rackup --env production --server webrick --host localhost --port $PORT",
  callback: "/auth/vipps/callback",
  login: "/",
  welcome: /^Logged in as Ada Nordmann \(ada@example\.com\)$/,
  cancelled: /\/auth\/failure\?message=access_denied&.* Not logged in: access_denied$/,
  wrongSecret: /Not logged in: invalid_credentials$/,
});
