import type { Browser, Consent, SalesUnit, User, WebhookDelivery } from "../control/types.ts";
import { scopeLabel } from "../pages/texts.ts";
import { fromIso } from "../platform/calendar.ts";
import type { Language } from "../rules/language.ts";
import { groupedNumber } from "../rules/msisdn.ts";
import type { Api } from "./api.ts";
import type { PhoneContext } from "./phone-place.ts";

/** What a phone lets its user look after: who has access, which browsers remember, number and app. */

export interface CompaniesView {
  readonly consents: readonly {
    readonly id: string;
    readonly merchant: string;
    readonly scopes: string;
    readonly since: string;
  }[];
  /** How merchants were told of those that are withdrawn, the newest first. */
  readonly told: readonly {
    readonly id: string;
    readonly merchant: string;
    readonly href: string;
    readonly status: string;
    readonly url: string;
  }[];
  /** Merchants that nobody tells, because no sales unit of theirs has a webhook. */
  readonly untold: readonly string[];
}

export interface BrowsersView {
  readonly browsers: readonly {
    readonly id: string;
    readonly name: string;
    readonly userAgent: string;
    readonly since: string;
  }[];
}

export interface MeView {
  readonly phoneNumber: string;
  readonly status: AppStatus;
}

/** How the user's app is; one of it is true. */
export interface AppStatus {
  readonly active: boolean;
  readonly blocked: boolean;
  readonly noApp: boolean;
  readonly outdatedApp: boolean;
}

/** So many of the webhooks are shown. */
const MOST_TOLD = 5;

export async function companiesOf({
  visit: { api, root },
  user,
  language,
}: PhoneContext): Promise<CompaniesView> {
  const all = await api.list<Consent>(["consents"], { user: user.id, limit: 1000 });
  const revoked = new Map(
    all.filter(({ revokedAt }) => revokedAt !== undefined).map((one) => [one.id, one]),
  );
  const deliveries = await api.list<WebhookDelivery>(["webhook-deliveries"], {
    kind: "consent-revoked",
    last: 1000,
  });
  const told = deliveries.filter(({ consent = "" }) => revoked.has(consent)).reverse();
  const merchants = [...new Set([...revoked.values()].map(({ merchant }) => merchant))];
  const areTold = await Promise.all(merchants.map((merchant) => hasWebhook(merchant, api)));
  return {
    consents: all
      .filter(({ revokedAt }) => revokedAt === undefined)
      .map(({ id, merchant, scopes, givenAt }) => ({
        id,
        merchant,
        scopes: scopes.map((scope) => scopeLabel(language, scope)).join(", "),
        since: dayOf(givenAt, language),
      })),
    told: told.slice(0, MOST_TOLD).map(({ id, consent = "", status, url, attempts }) => ({
      id,
      merchant: revoked.get(consent)?.merchant ?? "",
      href: `${root}portal/webhooks#delivery-${encodeURIComponent(id)}`,
      status: [status, attempts.at(-1)?.response?.status ?? attempts.at(-1)?.error]
        .filter(Boolean)
        .join(", "),
      url,
    })),
    untold: merchants.filter((_, index) => !areTold[index]),
  };
}

async function hasWebhook(merchant: string, api: Api): Promise<boolean> {
  const search = merchant.slice(0, 200);
  const units = await api.list<SalesUnit>(["sales-units"], { search, limit: 1000 });
  return units.some((unit) => unit.merchant === merchant && unit.consentWebhookUrl !== null);
}

export async function browsersOf({
  visit: { api },
  user,
  language,
}: PhoneContext): Promise<BrowsersView> {
  const browsers = await api.list<Browser>(["browsers"], { user: user.id, limit: 1000 });
  return {
    browsers: browsers.map(({ id, userAgent, authenticatedAt }) => ({
      id,
      name: browserName(userAgent),
      userAgent,
      since: dayOf(authenticatedAt, language),
    })),
  };
}

export function meOf({ user, visit: { form } }: PhoneContext): MeView {
  return {
    phoneNumber: form.get("phone_number") ?? groupedNumber(user.phoneNumber),
    status: appStatus(user),
  };
}

export function appStatus({ status }: Pick<User, "status">): AppStatus {
  return {
    active: status === "active",
    blocked: status === "blocked",
    noApp: status === "no_app",
    outdatedApp: status === "outdated_app",
  };
}

/** The day in Norway, as its language writes it. */
function dayOf(iso: string, language: Language): string {
  const place = language === "en" ? "en-GB" : language;
  const format = new Intl.DateTimeFormat(place, { dateStyle: "long", timeZone: "Europe/Oslo" });
  return format.format((fromIso(iso) ?? 0) * 1000);
}

/** Each is named before those that also call themselves so. */
const BROWSERS = [
  [/\bEdg/, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, "Chrome"],
  [/\bSafari\//, "Safari"],
] as const;

const SYSTEMS = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
] as const;

/** What a person calls a browser; what it calls itself, where that is not known. */
export function browserName(userAgent: string): string {
  const first = (names: typeof BROWSERS | typeof SYSTEMS) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1];
  return [first(BROWSERS), first(SYSTEMS)].filter(Boolean).join(", ") || userAgent;
}
