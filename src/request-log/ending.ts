import type { KeptRequest } from "../records/logged-request.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { batches } from "../store/batches.ts";

/** The parameters by which the pages name a login. */
export type ChallengeName = "login_challenge" | "tabId" | "consent_challenge";

/**
 * The request with which a login ended: the last one that came to the authorization endpoint for it;
 * undefined where the log has none, or has it no more.
 */
export async function findEnding(
  { store }: Pick<Sandbox, "store">,
  name: ChallengeName,
  challenge: string,
): Promise<KeptRequest | undefined> {
  // Only the consent page has another name for the login than the log.
  let login = name === "consent_challenge" ? undefined : challenge;
  let ending: KeptRequest | undefined;
  for await (const requests of batches((page) => store.requests.list(page))) {
    login ??= requests.find(({ sent }) => sent.url.endsWith(`?${name}=${challenge}`))?.login;
    if (login === undefined) continue;
    ending = requests.findLast((one) => one.endpoint === "auth" && one.login === login) ?? ending;
  }
  return ending;
}
