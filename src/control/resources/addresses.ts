import Type from "typebox";
import { closed, orNull } from "../../records/schema-parts.ts";
import { addressesOf } from "../../request/facts.ts";
import { operation } from "../api/operation.ts";

/** `addresses`: where the mock is, for whoever finds out why a caller gets another address than expected. */

const AddressesSchema = Type.Object(
  {
    url: Type.String({
      description: "Where the caller is, in place of the real service's base URL.",
    }),
    issuer: Type.String(),
    discoveryUrl: Type.String(),
    controlUrl: Type.String(),
    browserUrl: Type.String({ description: "Where browsers are sent." }),
    publicUrl: orNull(Type.String({ description: "What --public-url was set to." })),
    pinnedIssuer: orNull(Type.String({ description: "What --issuer was set to." })),
    trustProxy: Type.Boolean({ description: "Whether X-Forwarded-* headers are read." }),
  },
  { ...closed, title: "Addresses" },
);

export const addressOperations = [
  operation({
    method: "GET",
    path: "/addresses",
    summary: "The addresses that the caller gets, and what was set about them. Needs no token.",
    public: true,
    status: 200,
    response: AddressesSchema,
    run: async ({ exchange: { endpoints }, pinned, trustProxy }) => ({
      body: {
        ...addressesOf(endpoints),
        browserUrl: endpoints.front,
        publicUrl: pinned.publicUrl ?? null,
        pinnedIssuer: pinned.issuer ?? null,
        trustProxy,
      },
    }),
  }),
];
