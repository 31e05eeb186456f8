/** The resources of the control API, by the first part of their paths, each in a sentence. */
export const RESOURCES: Readonly<Record<string, string>> = {
  health: "Whether the mock is up.",
  "openapi.json": "This description.",
  users: "Who can log in.",
  "sales-units": "The merchants' clients.",
  partners: "Whose keys act for the sales units of others.",
  consents: "What users agreed to share with merchants; revoking is what the user does in the app.",
  scenarios: "What happens to the next logins, in the order in which it was queued.",
  logins: "Those that wait for a person, and the answers that a person could give.",
  "payment-sessions": "Payments in which a user shared data; the merchant reads it by sub.",
  browsers: "The browsers that remember their user, so that no phone number and no app is needed.",
  faults: "What goes wrong on purpose; the first in the list that is due hits.",
  clock: "What time it is in the sandbox; every lifetime goes by it.",
  keys: "What signs ID tokens, and what JWKS shows of it.",
  tokens: "What a login ends with, without the login.",
  statistics:
    "How many logins succeeded, by sales unit and day, with the delay of the real portal.",
  settings: "What a config says that is neither a record nor the clock.",
  sandboxes: "Worlds of their own under /s/{id}, for tests that run side by side.",
  state: "A whole sandbox: out, in, and back to its beginning.",
  requests: "What merchants and browsers asked, what they got, and why it was refused.",
  "webhook-deliveries": "What merchants were told, when, and what they answered.",
};

export function resourceOf(path: string): string {
  return path.split("/")[1] ?? "";
}
