import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Response } from "../harness/connection.ts";
import type { Target } from "../harness/login.ts";
import type { Program, Running } from "../harness/program.ts";
import { scratchFile } from "../harness/scratch.ts";

/** Who is measured: our program, the bare servers, and the peers from npm, each with how it logs in. */

export interface Contestant {
  readonly name: string;
  /** What it does and how it is set up, in a sentence for docs/benchmarks.md. */
  readonly note: string;
  readonly program: Program;
  /** A server that only starts has none. */
  readonly client?: Client;
  /** It refuses to serve more logins than that in one process. */
  readonly mostLogins?: number;
}

/** A merchant's application, as it is registered there, and what is special about its requests. */
interface Client {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
  readonly scope: string;
  /** The token request has the client_id in its body as well. */
  readonly idInBody?: boolean;
  readonly cookies?: boolean;
  /** The login page's form is sent in place of the authorization request. */
  readonly loginForm?: { readonly path: string; readonly fields: Readonly<Record<string, string>> };
  readonly users?: readonly string[];
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const INSTALLED = fileURLToPath(new URL("../node_modules/", import.meta.url));
const server = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const REDIRECT_URI = "http://localhost:3000/callback";
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DISCOVERY = "/.well-known/openid-configuration";
const CLIENT: Client = {
  id: "bench",
  secret: "bench-secret",
  redirectUri: REDIRECT_URI,
  scope: "openid profile email",
};

/** The key that comes with our package. It has four primes, and so is faster to sign with. */
export const BUILT_IN_KEY = join(ROOT, "fixtures/public-signing-key.pem");

let ordinaryKeyFiles: { readonly pem: string; readonly jwk: string } | undefined;

/** A key as `openssl genrsa 2048` makes it, in a file, as PEM and as JWK. */
export function ordinaryKey() {
  ordinaryKeyFiles ??= makeKey();
  return ordinaryKeyFiles;
}

function makeKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const parameters = { kid: "bench", alg: "RS256", use: "sig" };
  return {
    pem: scratchFile("key.pem", `${privateKey.export({ type: "pkcs8", format: "pem" })}`),
    jwk: scratchFile(
      "key.json",
      JSON.stringify({ ...privateKey.export({ format: "jwk" }), ...parameters }),
    ),
  };
}

/** Our program, built, as a user starts it for tests; `options` gives further ones. */
export function ours(
  name: string,
  options: () => readonly string[] = () => [],
  client: Partial<Client> = {},
): Contestant {
  return {
    name,
    note: "With `--auto-login ada`; request log, faults and sandboxes on, as always.",
    program: {
      argv: (port) => [
        join(ROOT, "dist/main.js"),
        ...["--port", `${port}`, "--auto-login", "ada"],
        ...options(),
      ],
      discovery: `/access-management-1.0/access${DISCOVERY}`,
    },
    client: {
      id: "10000000-0000-4000-8000-000000000001",
      secret: "public-mock-secret-of-demo-shop",
      redirectUri: REDIRECT_URI,
      scope: "openid name email phoneNumber",
      ...client,
    },
  };
}

/** The same with the YAML file that `vipps-login-mock init` writes. */
export function oursWithYaml(name: string): Contestant {
  return ours(name, () => ["--config", join(ROOT, "fixtures/starter.yaml")], {
    id: "my-shop",
    secret: "public-mock-secret-of-my-shop",
  });
}

/** The same with so many users. The same ten of them log in, in turn, whatever the number. */
export function oursWithUsers(count: number): Contestant {
  // Without a config's own phone numbers, those made up would end after ten thousand users.
  const users = Array.from({ length: count }, (_, index) => ({
    id: `user-${index}`,
    phoneNumber: `${4_740_000_000 + index}`,
  }));
  const config = () =>
    scratchFile(
      `${count}-users.json`,
      JSON.stringify({ users: [{ id: "ada" }, ...users.slice(1)] }),
    );
  const some = ["ada", ...users.slice(1, 10).map(({ id }) => id)];
  return ours(`vipps-login-mock, ${count} users`, () => ["--config", config()], { users: some });
}

export function bareFastify(name: string, keyFile = () => BUILT_IN_KEY): Contestant {
  return {
    name,
    note: "`bench/servers/bare-fastify.js`: the same requests, responses and signature, no logic.",
    program: {
      argv: (port) => [server("bare-fastify.js"), `${port}`, keyFile()],
      discovery: DISCOVERY,
    },
    client: CLIENT,
  };
}

export const bareHttp: Contestant = {
  name: "bare node:http",
  note: "`bench/servers/bare-http.js`: answers with a constant.",
  program: { argv: (port) => [server("bare-http.js"), `${port}`], discovery: DISCOVERY },
};

/** The peers that are installed in bench/. */
export function peers(): Contestant[] {
  return existsSync(INSTALLED) ? PEERS : [];
}

/** The Node that the peers ask for, from bench/; without it, this one. */
export function benchNode(): string {
  const node = join(INSTALLED, "node/bin/node");
  return existsSync(node) ? node : process.execPath;
}

/** Where a peer is installed, with all that it depends on. */
export function folderOf(peer: string): string {
  return join(INSTALLED, peer);
}

export function versionOf(peer: string): string {
  return JSON.parse(readFileSync(join(folderOf(peer), "package.json"), "utf8")).version;
}

const PEERS: Contestant[] = [
  {
    name: "oauth2-mock-server",
    note: "Its command with `--jwk`, so that it need not generate a key; checks nothing but PKCE, signs the access token too, and knows one user.",
    program: {
      argv: (port) => [
        join(INSTALLED, "oauth2-mock-server/dist/oauth2-mock-server.mjs"),
        ...["-a", "127.0.0.1", "-p", `${port}`, "--jwk", ordinaryKey().jwk],
      ],
      discovery: DISCOVERY,
    },
    client: CLIENT,
  },
  {
    name: "@hellocoop/mockin",
    note: "Its command, with its own key; signs the access token too, and verifies it at userinfo.",
    program: {
      argv: () => [join(INSTALLED, "@hellocoop/mockin/src/server.js")],
      env: (port) => ({ PORT: `${port}` }),
      discovery: DISCOVERY,
    },
    client: { ...CLIENT, scope: "openid name email", idInBody: true },
  },
  {
    name: "oidc-provider",
    note: "`bench/servers/oidc-provider.js`, a server made with the library; the browser is remembered, so its session spares it the login.",
    program: {
      argv: (port) => [
        server("oidc-provider.js"),
        ...[`${port}`, ordinaryKey().jwk, CLIENT.id, CLIENT.secret, REDIRECT_URI],
      ],
      discovery: DISCOVERY,
    },
    client: { ...CLIENT, cookies: true },
  },
  {
    name: "@mongodb-js/oidc-mock-provider",
    note: "Its command with `--skip-refresh-token`; generates its key, signs the access token too, and has no userinfo: a flow is two requests.",
    program: {
      argv: (port) => [
        join(INSTALLED, "@mongodb-js/oidc-mock-provider/bin/oidc-mock-provider.js"),
        ...["--host", "127.0.0.1", "--port", `${port}`, "--skip-refresh-token"],
      ],
      discovery: DISCOVERY,
    },
    client: CLIENT,
  },
  {
    name: "emulate",
    note: "Its command with `--service okta`; generates its key. Its login page is not loaded, only its form sent. It refuses more than 5,000 requests an hour, so it is started anew for each round and is less warm than the others.",
    program: {
      argv: (port) => [
        join(INSTALLED, "emulate/dist/index.js"),
        ...["start", "--service", "okta", "--port", `${port}`],
      ],
      discovery: DISCOVERY,
    },
    client: {
      ...CLIENT,
      loginForm: {
        path: "/oauth2/v1/authorize/callback",
        fields: { user_ref: "testuser@okta.local" },
      },
    },
    mostLogins: 2400,
  },
];

/** The requests of a login at a server that runs, by its discovery document. */
export function targetOf(
  { client }: Contestant,
  { port, discovery }: Running,
  prefixes: readonly string[] = [""],
): Target {
  if (client === undefined) throw new Error("nobody can log in there");
  const endpoints = endpointsOf(discovery);
  const { id, secret, redirectUri, scope, loginForm, users } = client;
  const request = new URLSearchParams({
    response_type: "code",
    client_id: id,
    scope,
    redirect_uri: redirectUri,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...loginForm?.fields,
  });
  const exchange = new URLSearchParams({
    grant_type: "authorization_code",
    redirect_uri: redirectUri,
    code_verifier: VERIFIER,
    ...(client.idInBody && { client_id: id }),
  });
  return {
    port,
    prefixes,
    authorize: loginForm
      ? { path: loginForm.path, form: `${request}` }
      : { path: `${endpoints.authorization}?${request}` },
    ...(users && { users }),
    token: {
      path: endpoints.token,
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
      form: `${exchange}`,
    },
    ...(endpoints.userinfo && { userinfo: endpoints.userinfo }),
    redirectUri,
    cookies: client.cookies ?? false,
  };
}

function endpointsOf({ body }: Response) {
  const document = JSON.parse(body);
  const path = (name: string) => new URL(document[name]).pathname;
  return {
    authorization: path("authorization_endpoint"),
    token: path("token_endpoint"),
    userinfo: "userinfo_endpoint" in document ? path("userinfo_endpoint") : undefined,
  };
}
