import type { FastifyInstance, FastifyRequest } from "fastify";
import { closest } from "../platform/closest.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import { diagnoseMisspelt } from "../rules/protocol.ts";
import { note, queryOf } from "./messages.ts";

/**
 * An endpoint ignores parameters that it does not know, as OAuth wants it to. Where one is nearly one that
 * it knows, somebody will search long for the reason why it does nothing; so that is noted.
 */

const CLIENT = ["client_id", "client_secret"] as const;

/**
 * What the endpoints know, and what clients send to them by the standards. Login from phone number says so
 * itself, because it refuses what is missing then.
 */
const KNOWN: Readonly<Partial<Record<EndpointName, ReadonlySet<string>>>> = {
  auth: new Set([
    ...CLIENT,
    ...["redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "msn"],
    ...["code_challenge", "code_challenge_method", "prompt", "max_age", "display", "ui_locales"],
    ...["claims_locales", "id_token_hint", "login_hint", "acr_values", "claims", "request"],
    ...["request_uri", "registration", "audience", "resource", "dpop_jkt", "requested_flow"],
    ...["app_callback_uri", "final_redirect_is_app", "market", "login_verifier"],
    "consent_verifier",
  ]),
  token: new Set([
    ...CLIENT,
    ...["grant_type", "code", "redirect_uri", "code_verifier", "auth_req_id", "scope"],
    ...["refresh_token", "client_assertion", "client_assertion_type", "audience", "resource"],
    ...["username", "password", "assertion"],
  ]),
  revoke: new Set([...CLIENT, "token", "token_type_hint"]),
};

export function noteMisspelt(app: FastifyInstance): void {
  app.addHook("preHandler", (request, _reply, done) => {
    // A route that asks no store has no exchange.
    const endpoint = request.exchange?.endpoint;
    const known = endpoint && KNOWN[endpoint];
    if (known) noteIn(request, known);
    done();
  });
}

/** A client has a slip or two; whoever sends more names sends something else. */
const MOST_LOOKED_AT = 20;

function noteIn(request: FastifyRequest, known: ReadonlySet<string>): void {
  const { rawBody, url } = request;
  const pairs = rawBody === undefined ? queryOf(url) : Buffer.from(rawBody).toString("latin1");
  const names = [...pairs.matchAll(/(?:^|&)([\w-]{1,40})(?==)/g)].map(([, name = ""]) => name);
  // What comes back from the pages repeats the request, which was looked at when it came first.
  if (names.includes("login_verifier") || names.includes("consent_verifier")) return;
  const unknown = new Set(names.filter((name) => !known.has(name)));
  const missing = [...known].filter((name) => !names.includes(name));
  for (const name of [...unknown].slice(0, MOST_LOOKED_AT)) {
    const meant = closest(name, missing);
    if (meant !== undefined) note(request, diagnoseMisspelt(name, meant));
  }
}
