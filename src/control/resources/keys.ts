import type { Static } from "typebox";
import Type from "typebox";
import { quoted } from "../../config/problem.ts";
import { MisplacedStep, PHASES } from "../../keys/rotation.ts";
import { toIso } from "../../platform/calendar.ts";
import { closed } from "../../records/schema-parts.ts";
import { KEY_STATUSES } from "../../records/vocabulary.ts";
import type { Exchange } from "../../request/exchange.ts";
import { operation } from "../api/operation.ts";
import { notFound, Problem } from "../api/problem.ts";
import { MomentSchema } from "../api/records.ts";

/** `keys`: the keys that sign ID tokens, and those that JWKS lists. */

export const KeySchema = Type.Object(
  {
    kid: Type.String(),
    alg: Type.Literal("RS256"),
    bits: Type.Integer({ description: "The length of the modulus." }),
    phoneLoginKid: Type.String({
      description:
        "The ES256 key beside it, for the ID tokens of login from phone number: it is made from this " +
        "key, and comes and goes with it.",
    }),
    status: Type.Enum([...KEY_STATUSES], {
      description:
        "current signs; published is in JWKS and signs nothing yet; retiring signs no more and is " +
        "still in JWKS.",
    }),
    createdAt: Type.Optional(MomentSchema),
    shared: Type.Boolean({
      description: "Whether it is the server's own key, with which other sandboxes sign too.",
    }),
  },
  { ...closed, title: "Key" },
);

const KeyListSchema = Type.Object(
  { items: Type.Array(KeySchema, { description: "In the order of JWKS." }) },
  { ...closed, title: "KeyList" },
);

export const RotationSchema = Type.Partial(
  Type.Object({
    phase: Type.Enum([...PHASES], {
      description:
        "One step: publish a new key, use it, retire the one before. All at once when left out.",
    }),
  }),
  { ...closed, title: "Rotation" },
);

export const keyOperations = [
  operation({
    method: "GET",
    path: "/keys",
    summary: "Lists the signing keys; a sandbox has the server's own until it rotates.",
    status: 200,
    response: KeyListSchema,
    run: async ({ exchange }) => ({ body: await toJson(exchange) }),
  }),
  operation({
    method: "POST",
    path: "/keys/rotate",
    summary: "Rotates the signing key, step by step or at once; access tokens live on.",
    body: RotationSchema,
    status: 200,
    response: KeyListSchema,
    refusals: [409],
    run: async ({ body: { phase }, exchange }) => {
      await exchange.sandbox.keys.rotate(phase, exchange.now).catch((error: unknown) => {
        throw error instanceof MisplacedStep ? new Problem(409, error.message) : error;
      });
      return { body: await toJson(exchange) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/keys/{kid}",
    summary: "Takes a key out of JWKS at once; if it signed, a new one does from now on.",
    params: Type.Object({ kid: Type.String() }, closed),
    status: 200,
    response: KeyListSchema,
    run: async ({ params: { kid }, exchange }) => {
      await refuseUnknown(kid, exchange);
      await exchange.sandbox.keys.remove(kid, exchange.now);
      return { body: await toJson(exchange) };
    },
  }),
];

async function refuseUnknown(kid: string, { sandbox }: Exchange): Promise<void> {
  const keys = (await sandbox.keys.list()).map(({ key }) => key);
  const known = keys.map((key) => key.kid);
  if (known.includes(kid)) return;
  const owner = keys.find((key) => key.phoneKey.kid === kid);
  if (owner) {
    throw new Problem(
      404,
      `${quoted(kid)} is the key beside ${quoted(owner.kid)}, and goes with it: name that one`,
    );
  }
  throw notFound("key has the kid", kid, known);
}

async function toJson({ sandbox }: Exchange): Promise<Static<typeof KeyListSchema>> {
  const keys = await sandbox.keys.list();
  return {
    items: keys.map(({ key, status, createdAt, shared }) => ({
      kid: key.kid,
      alg: key.alg,
      bits: key.bits,
      phoneLoginKid: key.phoneKey.kid,
      status,
      ...(createdAt !== undefined && { createdAt: toIso(createdAt) }),
      shared,
    })),
  };
}
