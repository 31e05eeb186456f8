import { describe, expect, it } from "vitest";
import { meantPath } from "../../src/http/meant-path.ts";
import { PATHS } from "../../src/request/addresses.ts";
import { PATH } from "../support/wire.ts";

/** The paths of the control API that the tests need. */
const CONTROL = ["health", "users", "users/:id", "scenarios", "tokens", "logins/:id/approve"];

/** The routes in the order in which the app registers them, one with a parameter among them. */
const ROUTES = [
  ...["/", "/mock", ...Object.values(PATHS), `${PATHS.webhooks}/:id`],
  ...CONTROL.map((path) => `${PATHS.control}/${path}`),
];

const ACCESS = "/access-management-1.0/access";
const MISSING = `${ACCESS} is missing before it.`;

const CASE = "Only upper and lower case differ.";
const API = "/vipps-userinfo-api is missing before it.";
const SMALL_S = "The prefix of a sandbox is /s/, with a small letter.";

describe("meantPath", () => {
  it.each<[string, string, string | undefined]>([
    ["/.well-known/openid-configuration", PATH.discovery, MISSING],
    ["/.well-known/jwks.json", PATH.jwks, MISSING],
    ["/.well-known/oauth-authorization-server", PATH.discovery, undefined],
    ["/jwks.json", PATH.jwks, `${ACCESS}/.well-known is missing before it.`],
    ["/jwks", PATH.jwks, undefined],
    ["/oauth2/token", PATH.token, MISSING],
    ["/token", PATH.token, `${ACCESS}/oauth2 is missing before it.`],
    ["/connect/token", PATH.token, undefined],
    ["/oauth2/v1/token", PATH.token, undefined],
    ["/oauth2/tokn", PATH.token, undefined],
    ["/authorize", PATH.auth, undefined],
    ["/oauth2/authorize", PATH.auth, undefined],
    ["/connect/authorize", PATH.auth, undefined],
    [`${ACCESS}/oauth2/authorize`, PATH.auth, undefined],
    ["/oauth2/auth", PATH.auth, MISSING],
    ["/userinfo", PATH.userinfo, "/vipps-userinfo-api is missing before it."],
    ["/connect/userinfo", PATH.userinfo, undefined],
    ["/access/userinfo", PATH.legacyUserinfo, "/access-management-1.0 is missing before it."],
    ["/userinfo/c06c4afe-d9e1-4c5d-939a-177d752a0944", `${PATH.userinfo}/:sub`, API],
    ["/revoke", PATH.revoke, `${ACCESS}/oauth2 is missing before it.`],
    ["/oauth2/revocation", PATH.revoke, undefined],
    ["/connect/endsession", PATH.logout, undefined],
    ["/logout", PATH.logout, `${ACCESS}/oauth2/sessions is missing before it.`],
    ["/bc-authorize", PATH.backchannel, undefined],
    ["/user-exists", PATH.userExists, "/vipps-login-ciba/api/v1 is missing before it."],
    ["/v1/webhooks", "/webhooks/v1/webhooks", "/webhooks is missing before it."],
    ["/accessToken/get", "/accesstoken/get", "Only upper and lower case differ."],
    ["/access-token/get", "/accesstoken/get", undefined],
    ["/health", "/mock/api/health", "/mock/api is missing before it."],
    ["/mock/healthz", "/mock/api/health", undefined],
    ["/mock/scenarios", "/mock/api/scenarios", "/api is missing after /mock."],
    ["/mock/users/ada", "/mock/api/users/:id", "/api is missing after /mock."],
    ["/mock/Api/users", "/mock/api/users", "Only upper and lower case differ."],
    ["/MOCK/API/logins/x/approve", "/mock/api/logins/:id/approve", CASE],
    ["//mock/api/users", "/mock/api/users", "Only the slashes differ."],
    ["/mock/token", "/mock/api/tokens", undefined],
    [`/mock${PATH.userinfo}`, PATH.userinfo, "/mock is too much before it."],
    [`/S/box-1${PATH.userinfo}`, `/s/box-1${PATH.userinfo}`, SMALL_S],
    ["/S/box-1/userinfo", `/s/box-1${PATH.userinfo}`, SMALL_S],
    ["/S/box-1/mock/scenarios", "/s/box-1/mock/api/scenarios", SMALL_S],
    ["/S/box-1/", "/s/box-1", SMALL_S],
    ["/S/box-1/nowhere", "/s/box-1", SMALL_S],
    [`${PATH.token}/`, PATH.token, "Only the slashes differ."],
    [`/${PATH.token}`, PATH.token, "Only the slashes differ."],
    [PATH.token.replace("/oauth2", "//oauth2"), PATH.token, "Only the slashes differ."],
    [PATH.token.toUpperCase(), PATH.token, "Only upper and lower case differ."],
    [`/vipps${PATH.token}`, PATH.token, "/vipps is too much before it."],
    [`${ACCESS}/${PATH.token}`, PATH.token, `${ACCESS} is too much before it.`],
    [`/s/default${PATH.userinfo}`, PATH.userinfo, "/s/default is too much before it."],
    ["/acess-management-1.0/access/oauth2/token", PATH.token, undefined],
    ["/vipps-login-idp/logn", PATH.login, undefined],
  ])("%s is %s: %s", (called, path, slip) => {
    expect(meantPath(called, ROUTES)).toEqual({ path, ...(slip !== undefined && { slip }) });
  });

  it.each([
    "/",
    "//",
    "/favicon.ico",
    "/robots.txt",
    "/login",
    "/index.html",
    "/error",
    "/users/get",
    "/some/api",
    "/c06c4afe-d9e1-4c5d-939a-177d752a0944",
    `${ACCESS}/oauth2/introspect`,
    `${ACCESS}/oauth2/device`,
    "/.well-known/assetlinks.json",
    "/constructor",
    "/mock/nowhere",
    "/scenarios",
    "/S",
    "/S/<script>",
    "/__proto__",
  ])("%s is nothing that anybody could have meant", (called) => {
    expect(meantPath(called, ROUTES)).toBeUndefined();
  });
});
