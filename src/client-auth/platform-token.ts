import { signJwt } from "../keys/keys.ts";
import { DirectoryRefusal, directoryError, KeysRefusal } from "../oidc/errors.ts";
import type { Switches } from "../profiles/profile.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { PlatformTokenValue } from "../records/ids.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { PlatformToken, PlatformTokenHolder } from "../records/session.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, DAY, HOUR, MINUTE } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import type { KeyHeader, SecretHeader } from "../rules/partner-keys.ts";
import {
  diagnoseKeyAsId,
  diagnoseMissingKey,
  diagnoseUnknownHolder,
  diagnoseWrongKey,
} from "../rules/partner-keys.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { findFitting, readSome } from "../store/batches.ts";
import type { SandboxStore } from "../store/store.ts";
import { checkActive, findMisplacedSecret } from "./authenticate.ts";
import { subscriptionKeyRefusal } from "./subscription-key.ts";

/**
 * The platform token: the keys of a partner, or of a sales unit, are compared, and the token is made.
 * What its holder may do with it is in authenticate.ts.
 */

/** The keys of a request, as its headers have them. */
export interface SentKeys {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly subscriptionKey: string | undefined;
}

/** One hour, as in the test environment (platform documentation). */
const LIFETIME = HOUR;

/** How long an expired token is kept, so that whoever still sends it learns why it is refused. */
const MEMORY = DAY;

/** How far the sample's `not_before` lies before the request (platform documentation). */
const SKEW = 5 * MINUTE;

/** The resource of the sample: the directory that Vipps' gateway asked (platform documentation). */
const RESOURCE = "00000002-0000-0000-c000-000000000000";

/**
 * A token for whoever has the keys, stored.
 *
 * @throws KeysRefusal for a subscription key that is missing or wrong, and for a sales unit that is not active
 * @throws DirectoryRefusal for a client_id or client_secret that is
 */
export async function issuePlatformToken(
  exchange: Exchange,
  keys: SentKeys,
): Promise<PlatformToken> {
  const { sandbox, now } = exchange;
  const { holder, clientId } = await checkedHolder(sandbox, keys);
  const expiresAt = after(now, LIFETIME);
  const token: PlatformToken = {
    token: await writeToken(exchange, clientId, expiresAt),
    holder,
    clientId,
    expiresAt,
    forgetAt: after(expiresAt, MEMORY),
  };
  await sandbox.store.platformTokens.insert(token);
  return token;
}

/** The response, in the order of the samples, which had its numbers as strings for years. */
export function toTokenResponse(
  { token, expiresAt }: PlatformToken,
  year: Switches["platformToken"],
): Readonly<Record<string, string | number>> {
  if (year === "2026") {
    const expiry = { expires_in: LIFETIME, expires_on: expiresAt };
    return { token_type: "Bearer", ...expiry, access_token: token };
  }
  return {
    token_type: "Bearer",
    expires_in: String(LIFETIME),
    ext_expires_in: "0",
    expires_on: String(expiresAt),
    not_before: String(after(expiresAt, -LIFETIME - SKEW)),
    resource: RESOURCE,
    access_token: token,
  };
}

type Clients = Pick<SandboxStore, "partners" | "salesUnits">;

/** Somebody who has keys, and which. */
interface KeyHolder {
  readonly holder: PlatformTokenHolder;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Left out for sales units, which have none in a config: any key is taken. */
  readonly subscriptionKey?: string;
  readonly salesUnit?: SalesUnit;
}

/** The key with which each header is compared. */
const KEYS = {
  client_secret: "clientSecret",
  "Ocp-Apim-Subscription-Key": "subscriptionKey",
} as const satisfies Record<SecretHeader, keyof KeyHolder>;

async function checkedHolder(
  { store }: Pick<Sandbox, "store">,
  keys: SentKeys,
): Promise<KeyHolder> {
  const subscriptionKey = given("Ocp-Apim-Subscription-Key", keys.subscriptionKey);
  const clientId = given("client_id", keys.clientId);
  const clientSecret = given("client_secret", keys.clientSecret);
  const holder = await holderWith(store, clientId);
  if (!holder) {
    const error = directoryError("unknown_client", clientId);
    throw new DirectoryRefusal(error, await diagnoseNobody(store, clientId));
  }
  const compare = async (header: SecretHeader, sent: string) => {
    const expected = holder[KEYS[header]] ?? sent;
    if (sent === expected) return;
    const owner = await ownerOf(store, header, sent);
    const diagnosis = diagnoseWrongKey({ header, clientId, sent, expected, owner });
    throw header === "client_secret"
      ? new DirectoryRefusal(directoryError("wrong_secret", clientId), diagnosis)
      : subscriptionKeyRefusal("wrong", diagnosis);
  };
  await compare("client_secret", clientSecret);
  await compare("Ocp-Apim-Subscription-Key", subscriptionKey);
  const inactive = holder.salesUnit && checkActive(holder.salesUnit);
  if (inactive) throw new KeysRefusal(inactive.error.description, inactive.diagnosis);
  return holder;
}

function given(header: KeyHeader, value: string | undefined): string {
  if (value) return value;
  const diagnosis = diagnoseMissingKey(header);
  switch (header) {
    case "Ocp-Apim-Subscription-Key":
      throw subscriptionKeyRefusal("missing", diagnosis);
    case "client_id":
      throw new DirectoryRefusal(directoryError("missing_client"), diagnosis);
    case "client_secret":
      throw new DirectoryRefusal(directoryError("missing_secret"), diagnosis);
  }
}

async function holderWith(
  { partners, salesUnits }: Clients,
  clientId: string,
): Promise<KeyHolder | undefined> {
  const partner = await partners.find("clientId", clientId);
  if (partner) return { ...partner, holder: { kind: "partner", id: partner.id } };
  const salesUnit = await salesUnits.find("clientId", clientId);
  if (!salesUnit) return undefined;
  const { msn, clientSecret } = salesUnit;
  return { holder: { kind: "sales-unit", id: msn }, clientId, clientSecret, salesUnit };
}

async function diagnoseNobody(store: Clients, clientId: string): Promise<Diagnosis> {
  const secret = await findMisplacedSecret(store, clientId);
  if (secret) return diagnoseKeyAsId(secret.header, secret.clientId);
  const known = [...(await readSome(store.partners)), ...(await readSome(store.salesUnits))];
  return diagnoseUnknownHolder(
    clientId,
    known.map((one) => one.clientId),
  );
}

/** Whose key it is that somebody else sent. */
async function ownerOf(
  { partners, salesUnits }: Clients,
  header: SecretHeader,
  value: string,
): Promise<string | undefined> {
  const partner = await findFitting(partners, (one) => one[KEYS[header]] === value);
  if (partner || header !== "client_secret") return partner?.clientId;
  return (await findFitting(salesUnits, (one) => one.clientSecret === value))?.clientId;
}

/** Merchants must not look inside. The real one is signed by a directory whose keys nobody needs. */
async function writeToken(
  { sandbox, now }: Exchange,
  clientId: string,
  expiresAt: EpochSeconds,
): Promise<PlatformTokenValue> {
  const key = await sandbox.keys.current();
  const payload = {
    appid: clientId,
    aud: RESOURCE,
    exp: expiresAt,
    iat: now,
    jti: sandbox.ids.uuid(),
    nbf: after(now, -SKEW),
  };
  const header = { alg: key.alg, kid: key.kid, typ: "JWT" };
  return (await signJwt(key, header, JSON.stringify(payload))) as PlatformTokenValue;
}
