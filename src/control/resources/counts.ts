import Type from "typebox";
import { closed } from "../../records/schema-parts.ts";
import { operation } from "../api/operation.ts";

/** `counts`: how much there is in a sandbox, for who does not want to read all of it. */

const Count = Type.Integer({ minimum: 0 });

export const CountsSchema = Type.Object(
  {
    users: Count,
    salesUnits: Count,
    partners: Count,
    consents: Type.Integer({ minimum: 0, description: "The revoked ones too." }),
    browsers: Type.Integer({ minimum: 0, description: "Those that remember a user." }),
    scenarios: Count,
    faults: Count,
    webhookDeliveries: Count,
    requests: Type.Integer({ minimum: 0, description: "Those in the request log." }),
  },
  { ...closed, title: "Counts" },
);

export const countOperations = [
  operation({
    method: "GET",
    path: "/counts",
    operationId: "getCounts",
    summary: "How many records of each kind there are.",
    status: 200,
    response: CountsSchema,
    run: async ({ exchange: { sandbox } }) => {
      const { users, salesUnits, partners, consents, browsers, scenarios, faults } = sandbox.store;
      const { deliveries: webhookDeliveries, requests } = sandbox.store;
      const counted = {
        ...{ users, salesUnits, partners, consents, browsers, scenarios, faults },
        ...{ webhookDeliveries, requests },
      };
      const each = Object.entries(counted).map(
        async ([name, collection]) => [name, await collection.count()] as const,
      );
      return { body: Object.fromEntries(await Promise.all(each)) };
    },
  }),
];
