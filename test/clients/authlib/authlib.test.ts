import { debian } from "../../support/requirement.ts";
import { describeSite } from "../site.ts";

describeSite("a site in Flask with Authlib", {
  requirement: debian(
    "Flask with Authlib",
    "python3-authlib python3-flask python3-requests",
    "/usr/lib/python3/dist-packages/authlib/__init__.py",
    "/usr/lib/python3/dist-packages/flask/__init__.py",
    "/usr/lib/python3/dist-packages/requests/__init__.py",
  ),
  folder: "authlib",
  serve: "exec /usr/bin/python3 -B -m flask --app app run --port $PORT",
  callback: "/auth/vipps/callback",
  login: "/login",
  welcome: /^Logged in as Ada Nordmann \(ada@example\.com\)$/,
  cancelled: /access_denied: user cancelled the login$/i,
  wrongSecret: /invalid_client: Client authentication failed/,
});
