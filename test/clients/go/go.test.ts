import { debian } from "../../support/requirement.ts";
import type { SiteOptions } from "../site.ts";
import { describeSite } from "../site.ts";

/** Its client tries Basic first and then the body, and shows the second refusal. */
const shop: SiteOptions = {
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
  welcome: /^Logged in as Ada Nordmann \(ada@example\.com\)$/,
  cancelled: /^\S+ access_denied: user cancelled the login/i,
  wrongSecret: /invalid_client/,
};

describeSite("a site in Go with go-oidc", shop);
describeSite("a site in Go with go-oidc at a client_secret_post unit", {
  ...shop,
  salesUnit: "Post Office",
});
