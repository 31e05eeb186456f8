import type { KeptRequest } from "../records/logged-request.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { batches } from "../store/batches.ts";

/**
 * The refused request that has sent a browser to this address of the mock's, the newest of several; undefined
 * where the log has none, or has it no more.
 *
 * @param url the path and query
 */
export async function findLeadingTo(
  { store }: Pick<Sandbox, "store">,
  url: string,
): Promise<KeptRequest | undefined> {
  let found: KeptRequest | undefined;
  for await (const requests of batches((page) => store.requests.list(page))) {
    found = requests.findLast((request) => leadsTo(request, url)) ?? found;
  }
  return found;
}

function leadsTo({ diagnosis, sent }: KeptRequest, url: string): boolean {
  const location = sent.response?.headers["location"];
  return diagnosis !== undefined && typeof location === "string" && location.endsWith(url);
}
