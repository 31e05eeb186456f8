import { closest } from "../platform/closest.ts";
import type { Switches } from "../profiles/profile.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { RequestedFlow } from "../records/vocabulary.ts";
import { REQUESTED_FLOWS } from "../records/vocabulary.ts";
import { rememberedRule } from "./remembered.ts";
import type { ProtocolCheck } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** The value of `acr_values` for a login that the user always confirms in the app (documentation 2023). */
const APP_AUTH = "urn:vipps:acr:app_auth";

/** Where the pages say Vipps or MobilePay; the mock's have no brand. */
const MARKETS = ["NO", "DK", "FI", "SE"] as const;

/** What of the requested options takes effect. */
export interface RequestedOptions {
  readonly flow?: RequestedFlow;
  /** The `acr` that the ID token will have. */
  readonly acr?: string;
  /** Why the others do not. */
  readonly notes: readonly Diagnosis[];
}

/**
 * What takes effect of `requested_flow` and `acr_values`, and what the developer should know about
 * them, and about `app_callback_uri`, `final_redirect_is_app` and `market`.
 */
export function readRequestedOptions(
  parameters: { get(name: string): string | undefined },
  switches: Switches,
): RequestedOptions {
  const flow = readFlow(parameters.get("requested_flow"), switches);
  const acr = readAcr(parameters.get("acr_values"), switches);
  const granted = flow.granted;
  const notes = [
    ...flow.notes,
    ...acr.notes,
    ...noteAppCallback(parameters.get("app_callback_uri"), granted),
    ...noteFinalRedirect(parameters.get("final_redirect_is_app")),
    ...noteMarket(parameters.get("market")),
  ];
  return {
    ...(granted !== undefined && { flow: granted }),
    ...(acr.granted !== undefined && { acr: acr.granted }),
    notes,
  };
}

/** What the rules of a login depend on. */
type Granted = Pick<RequestedOptions, "flow" | "acr">;

/**
 * Whether the user confirms in the app whatever the browser remembers, and it remembers nothing of
 * this login.
 */
export function alwaysConfirms({ flow, acr }: Granted): boolean {
  return acr !== undefined || flow === "app_to_app_v2";
}

/** Whether the app may lead to a browser that has never heard of this login. */
export function comesBackAnywhere({ flow }: Granted): boolean {
  return flow === "automatic_return_from_vipps_app" || flow === "app_to_app_v2";
}

/** Whether browser and app are on one device, where nobody need compare numbers. */
export function isOnOneDevice({ flow }: Granted): boolean {
  return flow === "app_to_app" || flow === "app_to_app_v2";
}

/** Whether who confirms in the app agrees to share the data there too. */
export function consentsInApp({ flow }: Granted): boolean {
  return flow === "app_to_app_v2";
}

/** The diagnosis of a no_dialog login in which the user would have to be asked. */
export function diagnoseDialogNeeded(missing: "login" | "consent"): Diagnosis {
  return diagnose(
    FLOW,
    missing === "login"
      ? "requested_flow=no_dialog was sent, but this browser remembers nobody"
      : "requested_flow=no_dialog was sent, but the user has not consented to everything that is " +
          "asked for",
    "Start the login again without requested_flow=no_dialog: the user has to go through the pages.",
  );
}

/** The diagnosis of an app_to_app_v2 login without PKCE. */
export function diagnoseNoChallenge(): Diagnosis {
  return diagnose(
    FLOW,
    "requested_flow=app_to_app_v2 was sent without a code_challenge",
    "Send code_challenge and code_challenge_method=S256: the response goes through apps, where another " +
      "app could read it.",
  );
}

const FLOW: ProtocolCheck = { id: "requested-flow", source: "documentation 2023" };

/** What is granted, and what the developer should know. */
interface Reading<Option> {
  readonly granted?: Option;
  readonly notes: readonly Diagnosis[];
}

function readFlow(asked: string | undefined, switches: Switches): Reading<RequestedFlow> {
  if (asked === undefined) return { notes: [] };
  const granted = REQUESTED_FLOWS.find((flow) => flow === asked);
  if (granted === undefined) return { notes: [noteUnknownFlow(asked)] };
  const absent = noteAbsentFlow(granted, switches);
  return absent ? { notes: [absent] } : { granted, notes: [] };
}

/** A flow of another time than the profile's. */
function noteAbsentFlow(flow: RequestedFlow, switches: Switches): Diagnosis | undefined {
  if (flow === "no_dialog" && !switches.noDialog) {
    return diagnose(
      FLOW,
      "requested_flow=no_dialog is ignored: it was removed in October 2023",
      "Let the user go through the pages: a remembered user who consented sees none anyway.",
    );
  }
  if (flow === "app_to_app_v2" && !switches.appToAppV2) {
    return diagnose(
      FLOW,
      "requested_flow=app_to_app_v2 is ignored: it came after 2023",
      "Use requested_flow=app_to_app with app_callback_uri, or set rules.appToAppV2 or profile 2026.",
    );
  }
  return undefined;
}

function noteUnknownFlow(asked: string): Diagnosis {
  return asked === "login_to_webpage"
    ? diagnose(
        FLOW,
        "requested_flow=login_to_webpage is ignored: it is for login from phone number",
        "Send it to the backchannel authentication endpoint, or leave it out.",
      )
    : diagnose(
        FLOW,
        `requested_flow=${asked} is ignored: there is no such flow`,
        `The flows are ${REQUESTED_FLOWS.join(", ")}.`,
        { sent: asked, closest: closest(asked, REQUESTED_FLOWS) },
      );
}

function readAcr(asked: string | undefined, switches: Switches): Reading<string> {
  const values = (asked ?? "").split(" ").filter(Boolean);
  const unknown = values
    .filter((value) => value !== APP_AUTH)
    .map((value) =>
      diagnose(
        { id: "acr-values", source: "OpenID Connect Core §3.1.2.1" },
        `acr_values has ${value}, which is ignored: there is no such value`,
        `Send acr_values=${APP_AUTH}, or leave it out.`,
        { sent: value, closest: APP_AUTH },
      ),
    );
  if (!values.includes(APP_AUTH)) return { notes: unknown };
  if (switches.acrValues) return { granted: APP_AUTH, notes: unknown };
  const powerless = diagnose(
    rememberedRule,
    `acr_values=${APP_AUTH} is ignored: a merchant cannot force the confirmation in the app`,
    "Set rules.acrValues or profile 2026, in which that is possible.",
  );
  return { notes: [powerless, ...unknown] };
}

function noteAppCallback(
  uri: string | undefined,
  flow: RequestedFlow | undefined,
): readonly Diagnosis[] {
  if (uri === undefined || flow === "app_to_app") return [];
  return [
    diagnose(
      FLOW,
      `app_callback_uri=${uri} is not called: it is for requested_flow=app_to_app`,
      "Send requested_flow=app_to_app with it, or leave it out.",
    ),
  ];
}

function noteFinalRedirect(value: string | undefined): readonly Diagnosis[] {
  if (value === undefined || value === "true" || value === "false") return [];
  return [
    diagnose(
      { id: "final-redirect-is-app", source: "documentation 2023" },
      `final_redirect_is_app=${value} is ignored: it is true or false`,
      "Send true where the redirect_uri belongs to an app, or leave it out.",
      { sent: value, closest: closest(value, ["true", "false"]) },
    ),
  ];
}

function noteMarket(value: string | undefined): readonly Diagnosis[] {
  if (value === undefined || MARKETS.some((market) => market === value)) return [];
  return [
    diagnose(
      { id: "market", source: "documentation 2023" },
      `market=${value} is ignored: there is no such market`,
      `The markets are ${MARKETS.join(", ")}; they choose the brand of the pages and nothing else.`,
      { sent: value, closest: closest(value, MARKETS) },
    ),
  ];
}
