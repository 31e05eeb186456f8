import { Problem, problemAt } from "../control/api/problem.ts";
import type { SalesUnit } from "../control/types.ts";
import { DELEGATED_CONSENT_IDS } from "../records/vocabulary.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import { sendAgain } from "./deliveries.ts";
import { changesIn, currentOf, given, isTicked, short } from "./fields.ts";
import type { Done, Visit } from "./page.ts";

/** What the forms of a sales unit's page do. */

/** What PATCH takes; the features are changed one by one. */
type Patch = Partial<Omit<SalesUnit, "features">> & {
  readonly features?: Partial<SalesUnit["features"]>;
};

type Act = (unit: SalesUnit, visit: Visit) => Promise<Done>;

const ACTS: Readonly<Record<string, Act>> = {
  "rotate-secret": rotateSecret,
  keys: changeKeys,
  "add-uri": addUri,
  "remove-uri": removeUri,
  settings: changeSettings,
  "delegated-consents": setDelegatedConsents,
  "delegated-consents-off": (unit, visit) =>
    patchFeature(unit, visit, { delegatedConsents: null }, "asks for no delegated consents now"),
  "custom-flow": setCustomFlow,
  "custom-flow-off": (unit, visit) =>
    patchFeature(unit, visit, { customFlow: null }, "has no custom flow now"),
  restore,
  remove,
  redeliver: (unit, visit) => sendAgain(visit, pathOf(unit)),
};

export async function actOnUnit(visit: Visit): Promise<Done> {
  const { api, form, params } = visit;
  const unit = await api.get<SalesUnit>(["sales-units", params["msn"] ?? ""]);
  const action = form.get("action") ?? "";
  const act = Object.hasOwn(ACTS, action) ? ACTS[action] : undefined;
  if (!act) throw new Problem(400, "The form does not say what it is for: it has no known action.");
  return act(unit, visit);
}

function pathOf({ msn }: SalesUnit): string {
  return `portal/units/${msn}`;
}

function patchCall({ msn }: SalesUnit, body: Patch): ApiCall {
  return { method: "PATCH", path: apiPath(["sales-units", msn]), body };
}

async function rotateSecret(unit: SalesUnit, { api }: Visit): Promise<Done> {
  const path = apiPath(["sales-units", unit.msn, "rotate-secret"]);
  const call = { method: "POST", path } as const;
  await api.send(call);
  const message = `${short(unit.name)} has a new client secret. The old one is refused from now on.`;
  return { to: `${pathOf(unit)}?secret=shown`, message, calls: [call] };
}

/** For an application that has its keys already. */
async function changeKeys(unit: SalesUnit, { api, form }: Visit): Promise<Done> {
  const { clientId, clientSecret } = unit;
  const secret = given(form, "clientSecret");
  const changes = changesIn(unit, {
    clientId: given(form, "clientId"),
    clientSecret: secret === "" ? clientSecret : secret,
  });
  if (Object.keys(changes).length === 0) return nothingChanged(pathOf(unit));
  const call = patchCall(unit, changes);
  await api.send(call);
  const message =
    clientId === given(form, "clientId")
      ? `${short(unit.name)} has another client secret now.`
      : `${short(unit.name)} has another client id now. Requests with ${short(clientId)} are refused.`;
  return { to: pathOf(unit), message, calls: [call] };
}

async function addUri(unit: SalesUnit, { api, form }: Visit): Promise<Done> {
  const uri = given(form, "uri");
  if (unit.redirectUris.includes(uri)) {
    const message = `${JSON.stringify(uri)} is registered already`;
    throw problemAt(409, { path: "redirectUris", message, value: uri });
  }
  const place = Number(form.get("place") ?? unit.redirectUris.length);
  const call = patchCall(unit, { redirectUris: unit.redirectUris.toSpliced(place, 0, uri) });
  await api.send(call);
  return {
    to: `${pathOf(unit)}#redirect-uris`,
    message: `${short(uri)} is registered at ${short(unit.name)}.`,
    calls: [call],
    undo: { action: pathOf(unit), fields: { action: "remove-uri", uri } },
  };
}

async function removeUri(unit: SalesUnit, { api, form }: Visit): Promise<Done> {
  const uri = given(form, "uri");
  const place = unit.redirectUris.indexOf(uri);
  if (place < 0) throw new Problem(404, `${short(uri)} is not registered any more.`);
  const call = patchCall(unit, { redirectUris: unit.redirectUris.toSpliced(place, 1) });
  await api.send(call);
  return {
    to: `${pathOf(unit)}#redirect-uris`,
    message: `${short(uri)} was taken off ${short(unit.name)}. Logins that ask for it are refused.`,
    calls: [call],
    undo: { action: pathOf(unit), fields: { action: "add-uri", uri, place: String(place) } },
  };
}

async function changeSettings(unit: SalesUnit, visit: Visit): Promise<Done> {
  const { api, form } = visit;
  const scopes = form.getAll("scopes");
  // Those that stay keep their order, so that nothing changes that nobody has changed.
  const next = {
    name: given(form, "name"),
    merchant: given(form, "merchant"),
    tokenEndpointAuthMethod: given(form, "tokenEndpointAuthMethod"),
    consentWebhookUrl: given(form, "consentWebhookUrl") || null,
    active: isTicked(form, "active"),
    loginActivated: isTicked(form, "loginActivated"),
    scopes: [
      ...unit.scopes.filter((scope) => scopes.includes(scope)),
      ...scopes.filter((scope) => !unit.scopes.some((one) => one === scope)),
    ],
  } as Partial<SalesUnit>;
  const features = changesIn(unit.features, {
    loginFromPhoneNumber: isTicked(form, "loginFromPhoneNumber"),
  });
  const plain: Patch = changesIn(unit, next);
  const hasFeature = Object.keys(features).length > 0;
  const changes: Patch = { ...plain, ...(hasFeature && { features }) };
  if (Object.keys(changes).length === 0) return nothingChanged(pathOf(unit));
  const call = patchCall(unit, changes);
  await api.send(call);
  const before: Patch = {
    ...currentOf(unit, plain as Partial<SalesUnit>),
    ...(hasFeature && { features: currentOf(unit.features, features) }),
  };
  const changed = Object.keys({ ...plain, ...features }).join(", ");
  return {
    to: pathOf(unit),
    message: `${short(unit.name)} has changed: ${changed}.`,
    calls: [call],
    undo: restoring(unit, before),
  };
}

async function setDelegatedConsents(unit: SalesUnit, visit: Visit): Promise<Done> {
  const { form } = visit;
  const delegatedConsents = {
    topText: given(form, "topText"),
    consents: DELEGATED_CONSENT_IDS.flatMap((id) => {
      const answer = given(form, id);
      return answer === "" ? [] : [{ id, required: answer === "required" }];
    }),
    termsUrl: given(form, "termsUrl"),
    privacyUrl: given(form, "privacyUrl"),
  };
  return patchFeature(unit, visit, { delegatedConsents }, "asks for delegated consents");
}

async function setCustomFlow(unit: SalesUnit, visit: Visit): Promise<Done> {
  const text = given(visit.form, "customFlow");
  let customFlow: SalesUnit["features"]["customFlow"];
  try {
    customFlow = JSON.parse(text);
  } catch (error) {
    const message = `is not JSON: ${(error as Error).message}`;
    throw problemAt(422, { path: "features.customFlow", message });
  }
  return patchFeature(unit, visit, { customFlow }, "has a custom flow");
}

async function patchFeature(
  unit: SalesUnit,
  { api }: Visit,
  features: Partial<SalesUnit["features"]>,
  what: string,
): Promise<Done> {
  const call = patchCall(unit, { features });
  await api.send(call);
  return {
    to: `${pathOf(unit)}#questions`,
    message: `${short(unit.name)} ${what}.`,
    calls: [call],
    undo: restoring(unit, { features: currentOf(unit.features, features) }),
  };
}

function restoring(unit: SalesUnit, before: Patch): NonNullable<Done["undo"]> {
  return { action: pathOf(unit), fields: { action: "restore", values: JSON.stringify(before) } };
}

/** Takes a change back. */
async function restore(unit: SalesUnit, { api, form }: Visit): Promise<Done> {
  const call = patchCall(unit, readJson(form.get("values")) as Patch);
  await api.send(call);
  return { to: pathOf(unit), message: "All is as it was before.", calls: [call] };
}

/** @throws Problem 400 where it is none */
export function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw new Problem(400, "The form does not say what to go back to.");
  }
}

async function remove(unit: SalesUnit, { api }: Visit): Promise<Done> {
  const call = { method: "DELETE", path: apiPath(["sales-units", unit.msn]) } as const;
  await api.send(call);
  return {
    to: "portal",
    message: `${short(unit.name)} was removed, and the tokens that it was given.`,
    calls: [call],
    undo: {
      action: "portal/units/new",
      fields: { action: "put-back", record: JSON.stringify(unit) },
    },
  };
}

export function nothingChanged(to: string): Done {
  return { to, message: "Nothing was changed: all is as it was.", calls: [] };
}
