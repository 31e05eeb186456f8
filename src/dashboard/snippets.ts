/**
 * How an application is pointed at the mock, with the values of one sales unit. docs/clients.md shows the
 * same with variables of the environment in their places, and the README the one in JavaScript: tests hold
 * them equal.
 */

/** What an application needs to know; in a snippet, as its language writes it. */
interface Values {
  readonly issuer: string;
  readonly baseUrl: string;
  readonly clientId: string;
  /** The secret, or what stands in its place while it is hidden. */
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** What a snippet is for. */
interface Setting {
  /** The way of client authentication that the sales unit takes. */
  readonly authMethod: string;
  readonly isHttps: boolean;
}

export interface ClientFacts extends Values, Pick<Setting, "authMethod"> {
  /** What the sales unit is called. */
  readonly name: string;
  /** A sales unit that takes the secret in the body; empty without one. */
  readonly postUnit: string;
}

export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What keeps it from working with this sales unit; empty where it works. */
  readonly note: string;
}

interface SnippetKind extends Pick<Snippet, "id" | "title"> {
  /** A value as the language writes it. */
  readonly literal: (value: string) => string;
  readonly write: (values: Values, setting: Setting) => string;
  /** The one way of client authentication that the client has, where it has no choice. */
  readonly only?: "client_secret_post";
}

const inQuotes = (value: string) => JSON.stringify(value);

export const SNIPPETS: readonly SnippetKind[] = [
  { id: "environment", title: "Environment", literal: (value) => value, write: environment },
  { id: "openid-client", title: "openid-client", literal: inQuotes, write: openidClient },
  { id: "auth-js", title: "Auth.js", literal: inQuotes, write: authJs },
  { id: "spring", title: "Spring Boot", literal: inQuotes, write: spring },
  {
    id: "aspnet",
    title: "ASP.NET Core",
    literal: inQuotes,
    write: aspnet,
    only: "client_secret_post",
  },
  {
    id: "php",
    title: "PHP",
    literal: (value) => `'${value.replaceAll(/['\\]/g, "\\$&")}'`,
    write: php,
  },
];

export function snippetsFor(facts: ClientFacts): readonly Snippet[] {
  const { issuer, baseUrl, clientId, clientSecret, redirectUri, authMethod } = facts;
  const setting = { authMethod, isHttps: issuer.startsWith("https:") };
  return SNIPPETS.map(({ id, title, literal, write, only }) => {
    const values = {
      issuer: literal(issuer),
      baseUrl: literal(baseUrl),
      clientId: literal(clientId),
      clientSecret: literal(clientSecret),
      redirectUri: literal(redirectUri),
    };
    const isOther = only !== undefined && only !== authMethod;
    return {
      ...{ id, title, text: write(values, setting) },
      note: isOther ? otherMethod(title, facts) : "",
    };
  });
}

function otherMethod(title: string, { name, authMethod, postUnit }: ClientFacts): string {
  const remedy = postUnit === "" ? "" : `choose ${postUnit} above, or `;
  return (
    `${title} sends the secret in the body (client_secret_post), but ${name} takes ${authMethod}: the token ` +
    `request would be refused with invalid_client. To make it work, ${remedy}change the client authentication ` +
    "of this sales unit in the portal."
  );
}

function environment({ issuer, baseUrl, clientId, clientSecret }: Values): string {
  return `VIPPS_ISSUER=${issuer}
VIPPS_BASE_URL=${baseUrl}
VIPPS_CLIENT_ID=${clientId}
VIPPS_CLIENT_SECRET=${clientSecret}`;
}

function openidClient(
  { issuer, clientId, clientSecret }: Values,
  { authMethod, isHttps }: Setting,
): string {
  const authentication =
    authMethod === "client_secret_post" ? "ClientSecretPost" : "ClientSecretBasic";
  const insecure = isHttps
    ? ""
    : "\n  { execute: [client.allowInsecureRequests] }, // the mock speaks http on your machine";
  return `import * as client from "openid-client";

const config = await client.discovery(
  new URL(${issuer}),
  ${clientId},
  undefined,
  client.${authentication}(${clientSecret}),${insecure}
);`;
}

function authJs({ issuer, clientId, clientSecret }: Values, { authMethod }: Setting): string {
  const method =
    authMethod === "client_secret_post"
      ? '\n    client: { token_endpoint_auth_method: "client_secret_post" },'
      : "";
  return `import Vipps from "@auth/core/providers/vipps";

const providers = [
  Vipps({
    clientId: ${clientId},
    clientSecret: ${clientSecret},
    issuer: ${issuer},${method}
  }),
];`;
}

function spring({ issuer, clientId, clientSecret }: Values, { authMethod }: Setting): string {
  const method =
    authMethod === "client_secret_post"
      ? "\n    client-authentication-method: client_secret_post"
      : "";
  return `spring.security.oauth2.client:
  registration.vipps:
    client-id: ${clientId}
    client-secret: ${clientSecret}${method}
    scope: openid, name, email
  provider.vipps:
    issuer-uri: ${issuer}`;
}

function aspnet({ issuer, clientId, clientSecret }: Values, { isHttps }: Setting): string {
  const insecure = isHttps
    ? ""
    : "\n    options.RequireHttpsMetadata = false; // the mock speaks http on your machine";
  return `.AddOpenIdConnect("vipps", options =>
{
    options.Authority = ${issuer};${insecure}
    options.ClientId = ${clientId};
    options.ClientSecret = ${clientSecret};
    options.ResponseType = "code";
    options.ResponseMode = "query"; // Vipps does not list form_post
    options.Scope.Clear(); // profile is no scope of Vipps
    foreach (var scope in new[] { "openid", "name", "email" }) options.Scope.Add(scope);
    options.GetClaimsFromUserInfoEndpoint = true;
});`;
}

function php(
  { baseUrl, clientId, clientSecret, redirectUri }: Values,
  { authMethod }: Setting,
): string {
  const byBasic =
    authMethod === "client_secret_post"
      ? ""
      : ", ['optionProvider' => new League\\OAuth2\\Client\\OptionProvider\\HttpBasicAuthOptionProvider()]";
  return `$mock = ${baseUrl};
$vipps = new League\\OAuth2\\Client\\Provider\\GenericProvider([
    'clientId' => ${clientId},
    'clientSecret' => ${clientSecret},
    'redirectUri' => ${redirectUri},
    'urlAuthorize' => "$mock/access-management-1.0/access/oauth2/auth",
    'urlAccessToken' => "$mock/access-management-1.0/access/oauth2/token",
    'urlResourceOwnerDetails' => "$mock/vipps-userinfo-api/userinfo",
    'scopes' => ['openid', 'name', 'email'],
    'scopeSeparator' => ' ',
    'responseResourceOwnerId' => 'sub',
]${byBasic});`;
}
