import type { SecretHeader } from "../rules/partner-keys.ts";
import type { SandboxStore } from "../store/store.ts";

/** A secret that stands where a client_id should. */
export interface MisplacedSecret {
  /** Which of its owner's secrets it is, by the header of `/accesstoken/get`. */
  readonly header: SecretHeader;
  readonly owner: "partner" | "sales-unit";
  /** The client_id of its owner. */
  readonly clientId: string;
}

/** Whose secret it is; undefined when it is none, so that it may be said aloud. */
export async function findMisplacedSecret(
  { salesUnits, partners }: Pick<SandboxStore, "salesUnits" | "partners">,
  text: string,
): Promise<MisplacedSecret | undefined> {
  const { items: units } = await salesUnits.list();
  const unit = units.find(({ clientSecret }) => clientSecret === text);
  if (unit) return { header: "client_secret", owner: "sales-unit", clientId: unit.clientId };
  const { items } = await partners.list();
  const partner = items.find((one) => [one.clientSecret, one.subscriptionKey].includes(text));
  if (!partner) return undefined;
  const isSecret = partner.clientSecret === text;
  const header = isSecret ? "client_secret" : "Ocp-Apim-Subscription-Key";
  return { header, owner: "partner", clientId: partner.clientId };
}
