import { LIMIT_NAMES, LIMITS } from "../src/records/limits.ts";
import { table } from "./tables.ts";

/** Makes docs/limits.md of the table of limits. */
export function limitsDocument(): string {
  return [
    "<!-- Written by `npm run docs` from src/records/limits.ts. Edit that. -->",
    "# Limits",
    "Everything that grows has a limit, so that a server which is used for weeks, or by somebody who means " +
      "it no good, does not run out of memory. Each can be set for a sandbox, under `limits` in its config or " +
      'while it runs: `PATCH /mock/api/settings` with `{"limits": {"users": 500000}}`. `GET ' +
      "/mock/api/settings` shows all of them.",
    "Where one more is refused, the control API responds with 409, and says which limit it is, its value, and how to " +
      "raise it; a config that has too much of something does not start. Where the oldest goes for a new one, " +
      "nothing is refused: a merchant's application could not know what to do.",
    table(
      ["Limit", "Default", "From, to", "What it limits"],
      LIMIT_NAMES.map((name) => {
        const { byDefault, range, description } = LIMITS[name];
        return [`\`${name}\``, counted(byDefault), range.map(counted).join(", "), description];
      }),
    ),
    "Two of them can be noticed in what a merchant's application sees. A session that goes for a newer one is not " +
      "readable for its 168 hours: with more than `sessions` logins and payments in that time, raise it. The log " +
      "says so where somebody reads in vain. A browser that goes for a newer one asks its user again.",
    "Some things are limited without a setting: a sales unit has 25 registrations of webhooks for an event, a body " +
      "64 KiB, an exported sandbox that is read back 1 GiB, and a request 30 seconds for its head and two minutes for " +
      "all of it; then it gets a 408. A remembered browser's `User-Agent` is kept up to 500 characters.",
  ]
    .join("\n\n")
    .concat("\n");
}

function counted(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, " ");
}
