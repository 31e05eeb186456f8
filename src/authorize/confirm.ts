import { dateInOslo } from "../calendar.ts";
import type { User } from "../config/schema.ts";
import type { Exchange } from "../http/exchange.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import type { Login } from "../store/store.ts";

/**
 * Identifies and confirms in one go, as the user would: what stands in the way on the pages ends the
 * login here.
 *
 * @param exchange the request's surroundings
 * @param id the user's id
 * @param user the user; undefined when there is none of that id any more
 * @returns what that adds to the login
 */
export function confirmAs(
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  id: string,
  user: User | undefined,
): Partial<Login> {
  const { minimumAge } = sandbox.switches;
  const obstacle = obstacleFor(user, dateInOslo(now), minimumAge);
  if (obstacle === undefined) return { user: id, authenticatedAt: now };
  const reason = obstacle === "outdated_app" ? "outdated_app" : "not_eligible";
  return { user: id, failure: { reason, diagnosis: diagnoseObstacle(obstacle, id, minimumAge) } };
}
