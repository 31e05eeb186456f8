import { failureStep } from "../login/next-step.ts";
import { carryOutPlan } from "../login/phone-login.ts";
import type { CibaErrorCode, CibaText } from "../oidc/ciba-errors.ts";
import {
  CIBA_ERRORS,
  CibaRefusal,
  cibaError,
  cibaText,
  PendingRefusal,
  userError,
} from "../oidc/ciba-errors.ts";
import { OAUTH_ERRORS } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { LoginFailure } from "../records/login.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { Seconds } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import { tracePhoneLogin } from "../request/trace.ts";
import {
  diagnoseExpiredRequest,
  diagnoseOtherPoller,
  diagnosePending,
  diagnosePolledRedirect,
  diagnoseRedeemed,
  diagnoseTooFast,
  diagnoseUnknownRequest,
} from "../rules/phone-number.ts";
import type { PhoneTokenResponse } from "./tokens.ts";
import { issuePhoneTokens } from "./tokens.ts";

/**
 * The grant that a merchant polls with (CIBA Core §10.1, §11): whose login it is, whether it is over,
 * whether its user has approved it; until then, whether the merchant keeps the interval.
 */

/** What each slow_down adds to the interval, in seconds (CIBA Core §11). */
const SLOW_DOWN = 5;

/**
 * The tokens, once the user has approved, and only once.
 *
 * @throws CibaRefusal for every reason not to give them
 */
export async function pollForTokens(
  exchange: Exchange,
  salesUnit: SalesUnit,
  parameters: Parameters,
): Promise<PhoneTokenResponse> {
  const { sandbox, now, trace } = exchange;
  const polled = await polledLogin(exchange, salesUnit, parameters.get("auth_req_id"));
  const login = await carryOutPlan(exchange, polled);
  tracePhoneLogin(trace, login);
  if (login.redeemedAt !== undefined) {
    return refuse("invalid_grant", diagnoseRedeemed(now - login.redeemedAt));
  }
  if (now >= login.expiresAt) {
    // With an answer of its user, it was over before.
    if (!login.approval && !login.failure) sandbox.loginCounts.ended("phone-number", "expired");
    return refuse(
      "expired_token",
      diagnoseExpiredRequest(login.expiresAt, now, login.approval?.at),
    );
  }
  if (login.failure) throw refusalOf(login.failure, sandbox.switches.minimumAge);
  const session = login.approval && (await sandbox.store.sessions.get(login.approval.session));
  if (!session) throw await pending(exchange, login);
  return redeem(exchange, login, session);
}

async function polledLogin(
  { sandbox }: Exchange,
  { msn, clientId }: SalesUnit,
  authReqId: string | undefined,
): Promise<PhoneLogin> {
  if (authReqId === undefined) {
    const description = cibaText("no_auth_req_id");
    return refuse("invalid_request", diagnoseUnknownRequest(undefined), description);
  }
  const login = await sandbox.store.phoneLogins.find("authReqId", authReqId);
  if (!login) return refuse("invalid_grant", diagnoseUnknownRequest(authReqId));
  if (login.msn !== msn) {
    return refuse("invalid_grant", diagnoseOtherPoller(login.clientId, clientId));
  }
  if (login.redirectUri !== undefined) return refuse("invalid_grant", diagnosePolledRedirect());
  return login;
}

/** The error for a login that the user rejected, or the one that a test has chosen instead. */
function refusalOf(failure: LoginFailure, minimumAge: number): CibaRefusal {
  const { diagnosis } = failureStep(failure);
  if (failure.reason === "told") {
    const { code, description } = failure.error;
    return new CibaRefusal({ code, description, http: statusFor(code) }, diagnosis);
  }
  const error =
    failure.reason === "outdated_app"
      ? userError("old_app", minimumAge)
      : cibaError("access_denied");
  return new CibaRefusal(error, diagnosis);
}

/** The status of an error code at the service, else at the token endpoint. */
function statusFor(code: string): number {
  const errors: Readonly<Record<string, { readonly http: number }>> = {
    ...OAUTH_ERRORS,
    ...CIBA_ERRORS,
  };
  return Object.hasOwn(errors, code) ? (errors[code]?.http ?? 400) : 400;
}

/** Counts a poll that comes before the approval, in one atomic step. */
async function pending({ sandbox, now }: Exchange, { id }: PhoneLogin): Promise<PendingRefusal> {
  let waited: Seconds | undefined;
  let expected: Seconds = 0;
  const counted = await sandbox.store.phoneLogins.update(id, (current) => {
    // The store may call this several times; the last one counts.
    const { interval, lastPolledAt } = current;
    // A poll of the future came before the clock was set back, and says nothing of the pace.
    waited = lastPolledAt === undefined || lastPolledAt > now ? undefined : now - lastPolledAt;
    expected = interval;
    const isFast = waited !== undefined && waited < interval;
    return { ...current, lastPolledAt: now, interval: isFast ? interval + SLOW_DOWN : interval };
  });
  if (waited === undefined || waited >= expected) {
    return new PendingRefusal(cibaError("authorization_pending"), diagnosePending());
  }
  const next = counted?.interval ?? expected;
  return new PendingRefusal(cibaError("slow_down"), diagnoseTooFast(waited, expected, next));
}

/** Of several polls at the same time one gets the tokens. */
async function redeem(
  exchange: Exchange,
  login: PhoneLogin,
  session: Session,
): Promise<PhoneTokenResponse> {
  const { sandbox, now } = exchange;
  const redeemed = await sandbox.store.phoneLogins.update(login.id, (current) =>
    current.redeemedAt === undefined ? { ...current, redeemedAt: now } : undefined,
  );
  if (!redeemed) return refuse("invalid_grant", diagnoseRedeemed(0));
  return issuePhoneTokens(exchange, login, session);
}

function refuse<Code extends CibaErrorCode>(
  code: Code,
  diagnosis: Diagnosis,
  description?: CibaText<NoInfer<Code>>,
): never {
  throw new CibaRefusal(cibaError(code, description), diagnosis);
}
