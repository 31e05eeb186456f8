import type { FastifyInstance } from "fastify";
import { noSniff, noStore } from "../http/messages.ts";
import { OURS } from "../request/addresses.ts";
import { addressesOf, addressLines } from "../request/facts.ts";

/**
 * The page at the address that the mock prints at start. It is text, because there is nothing to do
 * here, and has no secrets, because anybody may look.
 */
export function frontPageRoutes(app: FastifyInstance, version: string): void {
  for (const path of ["/", OURS, `${OURS}/`]) {
    const options = { exposeHeadRoute: true, config: { failure: "plain" } } as const;
    app.get(path, options, async (request, reply) => {
      const lines = [
        `vipps-login-mock ${version}: a mock for testing, not Vipps`,
        "",
        ...addressLines(addressesOf(request.exchange.endpoints)),
        "",
        "Give your application the issuer, or the base URL in place of the real service's. README.md,",
        "which comes with the package, says where to read on: docs/users.md has the clients and the",
        "users, docs/control-api.md the operations of the control API, and docs/fidelity.md says how",
        "much of all this is known of the real service.",
        "",
      ];
      return noSniff(noStore(reply)).type("text/plain; charset=utf-8").send(lines.join("\n"));
    });
  }
}
