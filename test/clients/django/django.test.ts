import { debian } from "../../support/requirement.ts";
import { describeSite } from "../site.ts";

describeSite("a site in Django with django-allauth", {
  requirement: debian(
    "Django with django-allauth",
    "python3-django-allauth",
    "/usr/lib/python3/dist-packages/django/__init__.py",
    "/usr/lib/python3/dist-packages/allauth/__init__.py",
  ),
  folder: "django",
  prepare: "/usr/bin/python3 -B manage.py migrate",
  serve: "exec /usr/bin/python3 -B manage.py runserver --noreload localhost:$PORT",
  callback: "/accounts/vipps/login/callback/",
  login: "/accounts/vipps/login/",
  welcome: /^Logged in as Ada Nordmann \(ada@example\.com\)$/,
  cancelled: /\/accounts\/social\/login\/cancelled\/ /,
  wrongSecret: /Social Network Login Failure/,
});
