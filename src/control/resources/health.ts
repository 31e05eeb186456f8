import Type from "typebox";
import { closed } from "../../records/schema-parts.ts";
import { operation } from "../api/operation.ts";

/** `health`: served by routes.ts ahead of the table, so that asking often costs nothing. */
export const healthOperations = [
  operation({
    method: "GET",
    path: "/health",
    summary: "Whether the mock answers, and which version it is. Needs no token.",
    public: true,
    status: 200,
    response: Type.Object(
      { status: Type.Literal("ok"), version: Type.String() },
      { ...closed, title: "Health" },
    ),
    run: async ({ version }) => ({ body: { status: "ok", version } }),
  }),
];
