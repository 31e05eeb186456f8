import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import { checkRedirectUri, whyNotRegistrable } from "./redirect-uri.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** The address of a merchant's app is on the same whitelist as the redirect URIs. */
export const appCallbackUriRule: Rule = {
  id: "app-callback-uri",
  faq: [FAQ.redirectUris, FAQ.customScheme],
  enforces:
    "An app_callback_uri is an absolute URI (invalid_app_callback_uri) and is registered as a " +
    "redirect URI (app_callback_uri_not_registered). requested_flow=app_to_app needs one.",
  source: "documentation 2023",
  status: "documented",
};

/** Why an app cannot be called. */
interface AppCallbackFailure {
  readonly code: "invalid_app_callback_uri" | "app_callback_uri_not_registered";
  readonly diagnosis: Diagnosis;
}

/** The failure of a login in which an app is to be called, and nobody says which. */
export function missingAppCallbackUri(): AppCallbackFailure {
  return {
    code: "invalid_app_callback_uri",
    diagnosis: diagnose(
      appCallbackUriRule,
      "requested_flow=app_to_app was sent without app_callback_uri",
      "Send the URI that opens the merchant's app, such as myapp://callback, registered as a redirect " +
        "URI.",
    ),
  };
}

/**
 * The error code and its diagnosis; undefined when the app may be called.
 *
 * @param httpHosts the setting `httpRedirectHosts`
 */
export function checkAppCallbackUri(
  uri: string,
  registered: readonly string[],
  httpHosts: readonly string[] = [],
): AppCallbackFailure | undefined {
  const reason = whyNotRegistrable(uri, httpHosts);
  if (reason) {
    return {
      code: "invalid_app_callback_uri",
      diagnosis: diagnose(
        appCallbackUriRule,
        `app_callback_uri ${uri} is no URI to call an app with: ${reason}`,
        "Send an absolute URI such as myapp://callback, registered as a redirect URI.",
      ),
    };
  }
  const mismatch = checkRedirectUri(uri, registered, httpHosts);
  return (
    mismatch && {
      code: "app_callback_uri_not_registered",
      diagnosis: diagnose(
        appCallbackUriRule,
        mismatch.message.replace(/^redirect_uri/, "app_callback_uri"),
        mismatch.detail,
        { sent: mismatch.sent, closest: mismatch.closest },
      ),
    }
  );
}
