/**
 * How much there may be of everything that grows, as data: the settings of a sandbox, their check and their
 * description are made from this one table.
 */

/** One bound; each can be set, in `limits` of a config and in the settings. */
interface Limit {
  /** What there may be so many of; left out of what is no number of things. */
  readonly what?: string;
  readonly byDefault: number;
  /** The least and the most that it can be set to. */
  readonly range: readonly [number, number];
  readonly description: string;
}

/** No machine that runs tests has room for more records of a kind. */
const MOST_RECORDS = 10_000_000;

/** Of these another one is refused. */
function refused(byDefault: number, what: string): Limit & { readonly what: string } {
  return {
    what,
    byDefault,
    range: [1, MOST_RECORDS],
    description: `How many ${what} there may be; another one is refused.`,
  };
}

/** Of these the newest are kept: they come with use, and nobody looks back so far. */
function kept(byDefault: number, what: string, remark = ""): Limit & { readonly what: string } {
  return {
    what,
    byDefault,
    range: [1, MOST_RECORDS],
    description: `How many ${what} are kept; the oldest goes for a new one.${remark}`,
  };
}

/** What comes with each login; more than any test looks back to. */
const LOGINS = 20_000;

/** For what could be taken for a limit of one sales unit, or of one day. */
const IN_ALL = " All sales units of the sandbox share it.";

/** A limit that has the name of a collection is that collection's bound. */
export const LIMITS = {
  urlLength: {
    byDefault: 2000,
    range: [100, 100_000],
    description: "How many characters a whole URL may have; a longer one gets a 502.",
  },
  parameterLength: {
    byDefault: 999,
    range: [8, 100_000],
    description: "How many characters state and nonce may have; longer ones get a 502.",
  },
  phoneLoginsPerUser: {
    byDefault: 3,
    range: [1, 1000],
    description: "How many logins from phone number may wait for one user; another one gets a 429.",
  },
  users: refused(200_000, "users"),
  salesUnits: refused(10_000, "sales units"),
  redirectUris: refused(1000, "redirect URIs of a sales unit"),
  partners: refused(1000, "partners"),
  scenarios: refused(10_000, "scenarios"),
  faults: refused(1000, "faults"),
  keys: refused(20, "signing keys of a sandbox"),
  waits: refused(2000, "calls that wait for a request, or for a delivery,"),
  sandboxes: {
    ...refused(5000, "sandboxes"),
    description:
      "How many sandboxes the server may have; another one is refused. That of the default sandbox counts.",
  },
  consents: kept(200_000, "consents"),
  browsers: kept(20_000, "browsers that remember a user"),
  browserDays: {
    byDefault: 365,
    range: [1, 36_500],
    description: "How many days a browser remembers its user after the last login in the app.",
  },
  logins: kept(LOGINS, "logins in a browser"),
  phoneLogins: kept(LOGINS, "logins from phone number"),
  sessions: kept(
    LOGINS,
    "sessions",
    " With more than that in 168 hours the oldest are not readable as long as that.",
  ),
  codes: kept(LOGINS, "codes"),
  accessTokens: kept(LOGINS, "access tokens"),
  platformTokens: kept(LOGINS, "platform tokens"),
  loginDays: kept(LOGINS, "records of the statistics, one for each sales unit and day,", IN_ALL),
  loginUsers: kept(
    LOGINS,
    "records of the statistics, one for each sales unit, day and user,",
    IN_ALL,
  ),
  deliveries: kept(1000, "webhook deliveries"),
  requests: kept(1000, "requests in the request log"),
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

/** The bounds that are in force. */
export type Limits = { readonly [Name in LimitName]: number };

export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[];

/** Those of a sandbox that sets none. */
export const DEFAULT_LIMITS = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, LIMITS[name].byDefault]),
) as Limits;

/** Those of a sandbox with such settings. */
export function limitsIn(settings: { readonly limits?: Partial<Limits> | undefined }): Limits {
  const { limits } = settings;
  return limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...limits };
}

/** The refusal of one more. */
export function fullMessage(name: CountedLimit, bound: number, count: number): string {
  const allowed = count > bound ? `only ${bound}` : "no more";
  return (
    `There are ${count} ${LIMITS[name].what} already, and limits.${name} allows ${allowed}. Remove some, ` +
    `or raise it: ${howToRaise(name, count + 1)}.`
  );
}

/** How to allow at least so many. */
export function howToRaise(name: CountedLimit, needed: number): string {
  const [, most] = LIMITS[name].range;
  return `PATCH settings {"limits":{"${name}":${Math.min(2 * needed, most)}}}, or limits in the config`;
}

/** The limits on a number of things. */
export type CountedLimit = {
  [Name in LimitName]: (typeof LIMITS)[Name] extends { readonly what: string } ? Name : never;
}[LimitName];
