import type { FastifyInstance, FastifyRequest } from "fastify";
import { clientHeaders } from "../http/header.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import { PATHS } from "../request/addresses.ts";
import { authenticateMerchant } from "./authenticate.ts";
import { deleteWebhook, registerWebhook, webhooksOf } from "./registrations.ts";

/**
 * Where merchants register what they want to be told: a part of the platform's Webhooks API, which
 * speaks JSON and knows its callers by their Merchant-Serial-Number (dossier §1.10). What they are
 * told goes through queue.ts and the courier.
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

/** The bytes as they came; what is wrong with them is told after who sends them. */
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

function callerOf({ exchange, headers }: FastifyRequest): Promise<SalesUnit> {
  return authenticateMerchant(exchange, clientHeaders(headers));
}
