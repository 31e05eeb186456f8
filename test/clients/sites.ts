import type { Requirement } from "../support/requirement.ts";
import { debian } from "../support/requirement.ts";
import type { SitePrograms } from "./site.ts";

/** Sites in other languages, which a test logs in at and another one checks. */

type Site = SitePrograms & { readonly requirement: Requirement };

export const APACHE: Site = {
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
};

export const AUTHLIB: Site = {
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
};

export const GO: Site = {
  requirement: debian(
    "Go with go-oidc",
    "golang-go golang-github-coreos-go-oidc-dev",
    "/usr/bin/go",
    "/usr/share/gocode/src/github.com/coreos/go-oidc",
  ),
  folder: "go",
  prepare: 'GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$SHOP_DIRECTORY/shop" main.go',
  serve: 'exec "$SHOP_DIRECTORY/shop"',
  callback: "/callback",
  login: "/login",
};
