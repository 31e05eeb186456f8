/** How an application is pointed at the mock, with the values of one sales unit. */

/** What an application needs to know. */
export interface ClientFacts {
  readonly issuer: string;
  readonly baseUrl: string;
  readonly clientId: string;
  /** The secret, or what stands in its place while it is hidden. */
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly authMethod: string;
}

export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export function snippetsFor(facts: ClientFacts): readonly Snippet[] {
  return [
    { id: "environment", title: "Environment", text: environment(facts) },
    { id: "openid-client", title: "openid-client", text: openidClient(facts) },
    { id: "auth-js", title: "Auth.js", text: authJs(facts) },
    { id: "spring", title: "Spring Boot", text: spring(facts) },
    { id: "aspnet", title: "ASP.NET Core", text: aspnet(facts) },
    { id: "php", title: "PHP", text: php(facts) },
  ];
}

function environment({ issuer, baseUrl, clientId, clientSecret }: ClientFacts): string {
  return `VIPPS_ISSUER=${issuer}
VIPPS_BASE_URL=${baseUrl}
VIPPS_CLIENT_ID=${clientId}
VIPPS_CLIENT_SECRET=${clientSecret}`;
}

function openidClient({ issuer, clientId, clientSecret, authMethod }: ClientFacts): string {
  const authentication =
    authMethod === "client_secret_post" ? "ClientSecretPost" : "ClientSecretBasic";
  const insecure = issuer.startsWith("http:")
    ? "\n  { execute: [client.allowInsecureRequests] },"
    : "";
  return `import * as client from "openid-client";

const config = await client.discovery(
  new URL(${JSON.stringify(issuer)}),
  ${JSON.stringify(clientId)},
  undefined,
  client.${authentication}(${JSON.stringify(clientSecret)}),${insecure}
);`;
}

function authJs({ issuer, clientId, clientSecret, authMethod }: ClientFacts): string {
  const method =
    authMethod === "client_secret_post"
      ? '\n  client: { token_endpoint_auth_method: "client_secret_post" },'
      : "";
  return `Vipps({
  clientId: ${JSON.stringify(clientId)},
  clientSecret: ${JSON.stringify(clientSecret)},
  issuer: ${JSON.stringify(issuer)},${method}
})`;
}

function spring({ issuer, clientId, clientSecret, authMethod }: ClientFacts): string {
  return `spring.security.oauth2.client:
  registration.vipps:
    client-id: ${JSON.stringify(clientId)}
    client-secret: ${JSON.stringify(clientSecret)}
    client-authentication-method: ${authMethod}
    scope: [openid, name, email]
  provider.vipps:
    issuer-uri: ${JSON.stringify(issuer)}`;
}

function aspnet({ issuer, clientId, clientSecret }: ClientFacts): string {
  return `builder.Services.AddAuthentication().AddOpenIdConnect("vipps", options =>
{
    options.Authority = ${JSON.stringify(issuer)};
    options.ClientId = ${JSON.stringify(clientId)};
    options.ClientSecret = ${JSON.stringify(clientSecret)};
    options.ResponseType = "code";
    options.ResponseMode = "query";
    options.CallbackPath = "/signin-vipps";
    options.RequireHttpsMetadata = ${issuer.startsWith("https:")};
});`;
}

function php({ baseUrl, clientId, clientSecret, redirectUri }: ClientFacts): string {
  const text = (value: string) => `'${value.replaceAll(/['\\]/g, "\\$&")}'`;
  return `$vipps = new League\\OAuth2\\Client\\Provider\\GenericProvider([
    'clientId' => ${text(clientId)},
    'clientSecret' => ${text(clientSecret)},
    'redirectUri' => ${text(redirectUri)},
    'urlAuthorize' => ${text(`${baseUrl}/access-management-1.0/access/oauth2/auth`)},
    'urlAccessToken' => ${text(`${baseUrl}/access-management-1.0/access/oauth2/token`)},
    'urlResourceOwnerDetails' => ${text(`${baseUrl}/vipps-userinfo-api/userinfo`)},
    'scopes' => 'openid name email',
]);`;
}
