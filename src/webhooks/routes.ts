import type { FastifyInstance, FastifyRequest } from "fastify";
import { checkActive, findSalesUnitByToken } from "../client-auth/authenticate.ts";
import { clientHeaders } from "../http/messages.ts";
import { PlatformRefusal } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import { PATHS } from "../request/addresses.ts";
import { deleteWebhook, registerWebhook, webhooksOf } from "./registrations.ts";

/**
 * Where merchants register webhooks: a part of the platform's Webhooks API, which speaks JSON and
 * knows its callers by their Merchant-Serial-Number (dossier §1.10). What is sent to them goes through
 * queue.ts and the courier.
 */
export function webhookRoutes(
  app: FastifyInstance,
  { loopback }: { readonly loopback: boolean },
): void {
  const config = { failure: "platform", endpoint: "webhooks" } as const;
  app.register(async (scope) => {
    acceptJson(scope);

    scope.post(PATHS.webhooks, { config }, async (request, reply) => {
      const unit = await callerOf(request);
      const { exchange, rawBody } = request;
      const { id, secret } = await registerWebhook(exchange, unit, rawBody, loopback);
      return reply.code(201).send({ id, secret });
    });

    scope.get(PATHS.webhooks, { config }, async (request) => {
      const webhooks = await webhooksOf(request.exchange.sandbox, await callerOf(request));
      return { webhooks: webhooks.map(({ id, url, events }) => ({ id, url, events })) };
    });

    scope.delete<{ Params: { id: string } }>(
      `${PATHS.webhooks}/:id`,
      { config },
      async (request, reply) => {
        await deleteWebhook(request.exchange, await callerOf(request), request.params.id);
        return reply.code(204).send();
      },
    );
  });
}

/** Bodies stay bytes here: who sends one is checked before what it says. */
function acceptJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    "*",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      return body;
    },
  );
}

/**
 * The sales unit whose webhooks a request is about.
 *
 * @throws PlatformRefusal 401 when the platform token may not act for it
 */
async function callerOf({ exchange, headers }: FastifyRequest): Promise<SalesUnit> {
  const found = await findSalesUnitByToken(exchange, clientHeaders(headers));
  if ("failure" in found) throw badCredentials(found.failure);
  const inactive = checkActive(found.salesUnit);
  if (inactive) throw badCredentials(inactive.diagnosis);
  return found.salesUnit;
}

function badCredentials(diagnosis: Diagnosis): PlatformRefusal {
  return new PlatformRefusal(401, "The credentials are missing or wrong.", diagnosis);
}
