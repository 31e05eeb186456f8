import Type from "typebox";
import { closed } from "../../records/schema-parts.ts";
import { operation, StoreKindSchema } from "../api/operation.ts";

/** `health` and `live`: served by routes.ts ahead of the table, so that asking often costs nothing. */

const liveness = { status: Type.Literal("ok"), version: Type.String() };

export const healthOperations = [
  operation({
    method: "GET",
    path: "/health",
    summary:
      "Whether the mock can do its work: it responds, and so does its store. Needs no token. Where the store " +
      "cannot be read it is 503, with the reason; where it can be read but not written, it is read-only.",
    public: true,
    status: 200,
    response: Type.Object(
      {
        ...liveness,
        store: Type.Object(
          {
            kind: StoreKindSchema,
            status: Type.Enum(["ok", "read-only"], {
              description:
                "`read-only` where nothing can be written: it is full, or somebody's copy.",
            }),
            reason: Type.Optional(Type.String({ description: "Why it cannot be written." })),
          },
          { ...closed, title: "Store" },
        ),
      },
      { ...closed, title: "Health" },
    ),
    run: async ({ version, store }) => ({
      body: { status: "ok", version, store: { kind: store.kind, ...(await store.state()) } },
    }),
  }),
  operation({
    method: "GET",
    path: "/live",
    operationId: "getLiveness",
    summary:
      "Whether the process lives, and no more: the store is not asked, so it is 200 also while that is " +
      "away. Needs no token.",
    public: true,
    status: 200,
    response: Type.Object(liveness, { ...closed, title: "Liveness" }),
    run: async ({ version }) => ({ body: { status: "ok", version } }),
  }),
];
