import Type from "typebox";
import { operation } from "../api/operation.ts";

/** `openapi.json`: the API's description of itself. */

const DocumentSchema = Type.Object(
  {
    openapi: Type.String({ description: "The version of OpenAPI." }),
    info: Type.Object({ title: Type.String(), version: Type.String() }),
    servers: Type.Array(Type.Object({ url: Type.String() })),
    paths: Type.Object({}),
    components: Type.Object({}),
  },
  { title: "OpenApiDocument", description: "An OpenAPI 3.1 document." },
);

export const descriptionOperations = [
  operation({
    method: "GET",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "This API's description as OpenAPI 3.1, with the caller's own address in it.",
    status: 200,
    response: DocumentSchema,
    run: async ({ describe }) => ({ body: await describe() }),
  }),
];
