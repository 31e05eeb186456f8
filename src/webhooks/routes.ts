import type { FastifyInstance, FastifyRequest } from "fastify";
import { clientHeaders, headerOf } from "../http/messages.ts";
import { PATHS } from "../request/addresses.ts";
import type { AddressDeps } from "./addresses.ts";
import type { WebhookOwner } from "./caller.ts";
import { callerOf } from "./caller.ts";
import { deleteWebhook, registerWebhook, webhooksOf } from "./registrations.ts";

/**
 * Where merchants register webhooks: a part of the platform's Webhooks API, which speaks JSON and
 * knows its callers by a platform token, a subscription key and the Merchant-Serial-Number. What is
 * sent to them goes through queue.ts and the courier.
 */
export function webhookRoutes(app: FastifyInstance, addresses: AddressDeps): void {
  const config = { failure: "platform", endpoint: "webhooks" } as const;
  app.register(async (scope) => {
    acceptJson(scope);

    scope.post(PATHS.webhooks, { config }, async (request, reply) => {
      const owner = await ownerOf(request);
      const { exchange, rawBody } = request;
      const { id, secret } = await registerWebhook(exchange, owner, rawBody, addresses);
      return reply.code(201).send({ id, secret });
    });

    scope.get(PATHS.webhooks, { config }, async (request) => {
      const webhooks = await webhooksOf(request.exchange.sandbox, await ownerOf(request));
      return { webhooks: webhooks.map(({ id, url, events }) => ({ id, url, events })) };
    });

    scope.delete<{ Params: { id: string } }>(
      `${PATHS.webhooks}/:id`,
      { config },
      async (request, reply) => {
        await deleteWebhook(request.exchange, await ownerOf(request), request.params.id);
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

function ownerOf({ exchange, headers }: FastifyRequest): Promise<WebhookOwner> {
  const subscriptionKey = headerOf(headers, "ocp-apim-subscription-key");
  return callerOf(exchange, { ...clientHeaders(headers), subscriptionKey });
}
