import type { Static } from "typebox";
import Type from "typebox";
import type { BrowserId, ConsentId } from "./ids.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Id, Moment, Text, Texts } from "./schema-parts.ts";
import { ASKING_SCOPES } from "./vocabulary.ts";

/** A user's agreement that a merchant gets data; its history stays after it was withdrawn. */
export const ConsentSchema = Type.Object(
  {
    id: Id<ConsentId>(),
    user: Text,
    merchant: Text,
    /** The sales unit that it is for; left out where it is for all of the merchant. */
    msn: Type.Optional(Text),
    scopes: Texts,
    givenAt: Moment,
    revokedAt: Type.Optional(Moment),
    /** It is revoked, and not all webhooks about that are queued yet. */
    untold: Type.Optional(Type.Literal(true)),
    /** The questions of single sales units that were answered with it; they are not asked again. */
    answered: Type.Optional(
      Type.Array(
        Type.Object(
          {
            msn: Text,
            scope: Type.Enum([...ASKING_SCOPES]),
            /** A fingerprint of what was asked; the first versions of the mock did not keep it. */
            question: Type.Optional(Text),
          },
          closed,
        ),
      ),
    ),
  },
  closed,
);

/** A browser that remembers its user for every merchant, as the user chose. */
export const BrowserSchema = Type.Object(
  {
    id: Id<BrowserId>(),
    user: Text,
    userAgent: Text,
    /** When the user last confirmed in the app: the `auth_time` of the logins that it remembers. */
    authenticatedAt: Moment,
    /** Until when it remembers; states that were exported earlier do not say it. */
    forgetAt: Type.Optional(Moment),
  },
  closed,
);

export type Consent = ReadonlyDeep<Static<typeof ConsentSchema>>;
export type Browser = ReadonlyDeep<Static<typeof BrowserSchema>>;
