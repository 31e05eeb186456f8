import { dateInOslo } from "../platform/calendar.ts";
import type { Login, LoginFailure } from "../records/login.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { diagnoseRemoved } from "../rules/protocol.ts";

/** Whether a user may log in, and what it means for a login when one confirms. */

/** How a login ends whose user is not there any more. */
export const USER_REMOVED: LoginFailure = {
  reason: "not_eligible",
  diagnosis: diagnoseRemoved("user"),
};

/** Asked at every step: whatever it is may have come up while the user was on the way. */
export function findObstacle(
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  user: User | undefined,
): LoginFailure | undefined {
  if (!user) return USER_REMOVED;
  const { minimumAge } = sandbox.switches;
  const obstacle = obstacleFor(user, dateInOslo(now), minimumAge);
  return (
    obstacle && {
      reason: obstacle === "outdated_app" ? "outdated_app" : "not_eligible",
      diagnosis: diagnoseObstacle(obstacle, user.id, minimumAge),
    }
  );
}

/**
 * Identifies and confirms in one go, as the user would: what stands in the way on the pages ends the
 * login here.
 */
export function confirmAs(
  exchange: Pick<Exchange, "sandbox" | "now">,
  id: string,
  user: User | undefined,
): Partial<Login> {
  const failure = findObstacle(exchange, user);
  return failure ? { user: id, failure } : { user: id, authenticatedAt: exchange.now };
}
