import type { ExtraDetail } from "../oidc/errors.ts";
import { closest } from "../platform/closest.ts";
import type { Webhook } from "../records/delivery.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { LOGIN_PING } from "../records/vocabulary.ts";
import type { Correction } from "../rules/rule.ts";
import { diagnoseRegistrationBody } from "../rules/webhook.ts";
import { badRequest, MISSING } from "./refusals.ts";

/** What the body of a registration asks for. */

/** The events of the platform's other APIs: they can be registered, and nothing here sends them. */
const FOREIGN_EVENTS: readonly string[] = [
  ...["created", "aborted", "expired", "cancelled", "captured", "refunded", "authorized"].map(
    (what) => `epayments.payment.${what}.v1`,
  ),
  "epayments.payment.terminated.v1",
  ...["activated", "rejected", "stopped", "expired"].map(
    (what) => `recurring.agreement-${what}.v1`,
  ),
  ...["reserved", "captured", "canceled", "refunded", "failed", "creation-failed"].map(
    (what) => `recurring.charge-${what}.v1`,
  ),
  "user.checked-in.v1",
];

const EVENTS: readonly string[] = [LOGIN_PING, ...FOREIGN_EVENTS];

const MEMBERS = ["url", "events"] as const;

/** So many unknown names of a kind are told: a body can have thousands. */
const MOST_NAMED = 25;

/** Those among the events that only the real service sends. */
export function foreignEvents(events: readonly string[]): string[] {
  return events.filter((event) => FOREIGN_EVENTS.includes(event));
}

/**
 * Reads it; what the address may be is asked elsewhere.
 *
 * @throws PlatformRefusal 400 with what is wrong
 */
export function readRegistration(body: Uint8Array | undefined): Pick<Webhook, "url" | "events"> {
  const { url, events, ...others } = readJson(body);
  const problems = [
    ...Object.keys(others).slice(0, MOST_NAMED).map(unknownMember),
    ...(isFilled(url) ? [] : [wrong("url", MISSING, "url is missing, or is not a string")]),
    ...findEventProblems(events),
  ];
  const [first] = problems;
  if (first) {
    const details = problems.map(({ detail }) => detail);
    throw badRequest(first.diagnosis, details);
  }
  return { url: url as string, events: [...new Set(events as string[])] };
}

/** One thing that is wrong: what the merchant is told, and what the log says. */
interface Problem {
  readonly detail: ExtraDetail;
  readonly diagnosis: Diagnosis;
}

function wrong(name: string, reason: string, message: string, correction?: Correction): Problem {
  return { detail: { name, reason }, diagnosis: diagnoseRegistrationBody(message, correction) };
}

function unknownMember(name: string): Problem {
  const message = `the body has an unknown member ${name}`;
  return wrong(name, "The property is not known.", message, {
    sent: name,
    closest: closest(name, MEMBERS),
  });
}

function findEventProblems(events: unknown): Problem[] {
  if (!Array.isArray(events) || events.length === 0 || !events.every(isFilled)) {
    return [wrong("events", MISSING, "events is missing, empty, or not a list of strings")];
  }
  return [...new Set<string>(events)]
    .filter((event) => !EVENTS.includes(event))
    .slice(0, MOST_NAMED)
    .map((event) =>
      wrong("events", `The event ${event} does not exist.`, `there is no event ${event}`, {
        sent: event,
        closest: closest(event, EVENTS),
      }),
    );
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function readJson(body: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  const value = parsed(decoded(body));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw unreadable("the body is not a JSON object");
}

function decoded(body: Uint8Array | undefined): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw unreadable("the body is not UTF-8");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("the body is not JSON");
  }
}

function unreadable(what: string) {
  const detail = { name: "body", reason: "The body is not a JSON object." };
  return badRequest(diagnoseRegistrationBody(what), [detail]);
}
