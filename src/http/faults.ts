import { Socket } from "node:net";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { nextFault } from "../faults/next-fault.ts";
import type { Party } from "../faults/party.ts";
import { partyOf } from "../faults/party.ts";
import { withUnknownMembers } from "../faults/unknown-members.ts";
import type { Fault, FaultResponse } from "../records/fault.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import { readCookie } from "./cookies.ts";
import { sendFailure } from "./errors.ts";
import { clientHeaders, headerOf, queryOf } from "./messages.ts";
import { isOnlooker } from "./onlookers.ts";
import { tcpSocketOf } from "./tcp-sockets.ts";

/**
 * Where faults strike: between the reading of a request and its route, so that an endpoint whose
 * response is replaced is never called, and when a response that is to be changed goes out. Tokens are
 * corrupted where they are made: the exchange has the fault.
 */
export function playFaults(app: FastifyInstance): void {
  app.addHook("preHandler", async (request, reply) => {
    // A route that asks no store has no exchange.
    const endpoint = request.exchange?.endpoint;
    // Whoever only looks at the mock must not use up a fault that a test has ordered.
    if (endpoint === undefined || isOnlooker(request)) return;
    const fault = await faultFor(request, endpoint);
    if (!fault) return;
    request.exchange.fault = fault;
    // Throws when the client goes away meanwhile: a code that the request brought can be used again.
    if (fault.delay > 0) await request.exchange.wait(fault.delay);
    const response = fault.answer;
    if (response?.reset) return reset(request, reply);
    if (response?.status !== undefined || response?.body !== undefined) {
      return sendInstead(reply, response);
    }
  });

  app.addHook("onSend", (request, reply, payload, done) => {
    // A request that was refused before anything else has no exchange.
    const { answer, corrupt } = request.exchange?.fault ?? {};
    if (answer) return done(null, changed(answer, request, reply, payload));
    const isText = corrupt === "unknown_members" && typeof payload === "string";
    done(null, isText ? withUnknownMembers(payload) : payload);
  });
}

/** What is sent in place of the payload; the headers are changed on the way. */
function changed(
  { headers = {}, contentType, truncate }: FaultResponse,
  { exchange }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  reply.headers(headers);
  if (contentType !== undefined) reply.header("content-type", contentType);
  if (truncate === undefined) return payload;
  const whole = Buffer.from((payload ?? "") as string | Buffer);
  const sent = whole.subarray(0, truncate);
  exchange.trace.sent = sent;
  // The length must promise more than is sent, also where the body is cut behind its last byte.
  reply.header("content-length", Math.max(whole.length, truncate + 1));
  return brokenOff(reply, sent);
}

/** The fault that hits a request, and a note of it in the log and with the request. */
async function faultFor(
  request: FastifyRequest,
  endpoint: EndpointName,
): Promise<Fault | undefined> {
  const { exchange, rawBody } = request;
  let found: Promise<Party> | undefined;
  const findParty = () => {
    found ??= partyOf(exchange, {
      endpoint,
      query: queryOf(request.url),
      body: rawBody && Buffer.from(rawBody).toString(),
      ...clientHeaders(request.headers),
      clientId: headerOf(request.headers, "client_id"),
      subject: (request.params as { readonly sub?: string }).sub,
      browser: readCookie(request, "session"),
    });
    return found;
  };
  const fault = await nextFault(exchange, endpoint, findParty);
  if (!fault) return undefined;
  const { clientId, user } = await findParty();
  exchange.trace.fault = fault.id;
  if (clientId !== undefined) exchange.trace.clientId = clientId;
  if (user !== undefined) exchange.trace.user = user;
  request.log.warn({ fault: fault.id }, `fault ${fault.id} hits ${endpoint}: ${effectsOf(fault)}`);
  return fault;
}

/** What a fault does, for the log. */
function effectsOf({ delay, answer, corrupt }: Fault): string {
  const effects = [
    ...(delay > 0 ? [`delay ${delay} s`] : []),
    ...(corrupt === undefined ? [] : [`corrupt ${corrupt}`]),
    ...(answer?.status === undefined ? [] : [`status ${answer.status}`]),
    ...Object.keys(answer ?? {}).filter((name) => name !== "status"),
  ];
  return effects.join(", ");
}

/** The configured response; for a status alone, what the endpoint sends with that status. */
function sendInstead(reply: FastifyReply, { status = 200, body }: FaultResponse): FastifyReply {
  if (body === undefined) {
    return status < 400 ? reply.code(status).send() : sendFailure(status, reply);
  }
  const isText = typeof body === "string";
  return reply
    .code(status)
    .type(isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8")
    .send(isText ? body : JSON.stringify(body));
}

/** A TCP RST where there is a connection; an injected request without one fails as well. */
function reset(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  const { socket } = request.raw;
  if (socket instanceof Socket) tcpSocketOf(socket).resetAndDestroy();
  else reply.raw.destroy();
  return reply;
}

/**
 * A body that ends before its length. The stream never gives its data to the server, which would not
 * send the headers without a byte of the body: it writes by itself and breaks the connection.
 */
function brokenOff({ raw }: FastifyReply, sent: Uint8Array): Readable {
  return new Readable({
    read() {
      raw.write(sent, () => raw.destroy());
    },
  });
}
