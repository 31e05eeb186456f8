import { Problem, problemAt } from "../control/api/problem.ts";
import type { SalesUnit } from "../control/types.ts";
import { defined } from "../records/defined.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import { changesIn, currentOf, nothingChanged, restoring, toRestore } from "./changes.ts";
import { sendAgain } from "./deliveries.ts";
import { given, short } from "./fields.ts";
import type { Done, Undo, Visit } from "./page.ts";
import type { Parts } from "./portal-unit-form.ts";
import {
  consentsForm,
  consentsIn,
  flowForm,
  flowIn,
  keysForm,
  keysIn,
  partsOf,
  settingsForm,
  settingsIn,
} from "./portal-unit-form.ts";

/** What the forms of a sales unit's page do. */

type Act = (unit: SalesUnit, visit: Visit) => Promise<Done>;

const ACTS: Readonly<Record<string, Act>> = {
  "rotate-secret": rotateSecret,
  keys: changeKeys,
  "add-uri": addUri,
  "remove-uri": removeUri,
  settings: changeSettings,
  "delegated-consents": setDelegatedConsents,
  "delegated-consents-off": (unit, visit) =>
    setQuestions(unit, visit, { delegatedConsents: null }, "asks for no delegated consents now"),
  "custom-flow": setCustomFlow,
  "custom-flow-off": (unit, visit) =>
    setQuestions(unit, visit, { customFlow: null }, "has no custom flow now"),
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

function patchCall({ msn }: SalesUnit, parts: Partial<Parts>): ApiCall {
  const { loginFromPhoneNumber, delegatedConsents, customFlow, ...plain } = parts;
  const features = defined({ loginFromPhoneNumber, delegatedConsents, customFlow });
  const body = { ...plain, ...(Object.keys(features).length > 0 && { features }) };
  return { method: "PATCH", path: apiPath(["sales-units", msn]), body };
}

/** Changes members that can be put back. */
async function patched(
  unit: SalesUnit,
  { api }: Visit,
  changes: Partial<Parts>,
): Promise<{ readonly calls: readonly ApiCall[]; readonly undo: Undo }> {
  const call = patchCall(unit, changes);
  const changed = partsOf(await api.send<SalesUnit>(call));
  const undo = restoring(pathOf(unit), currentOf(partsOf(unit), changes), changed);
  return { calls: [call], undo };
}

async function rotateSecret(unit: SalesUnit, { api }: Visit): Promise<Done> {
  const path = apiPath(["sales-units", unit.msn, "rotate-secret"]);
  const call = { method: "POST", path } as const;
  await api.send(call);
  const message = `${short(unit.name)} has a new client secret. The old one is refused from now on.`;
  return { to: `${pathOf(unit)}?secret=shown`, message, calls: [call] };
}

/** For an application that has its keys already. */
async function changeKeys(unit: SalesUnit, visit: Visit): Promise<Done> {
  const { now } = keysForm(unit, visit).form.merged;
  const changes = changesIn(partsOf(unit), keysIn(now));
  if (Object.keys(changes).length === 0) return nothingChanged(pathOf(unit));
  const call = patchCall(unit, changes);
  await visit.api.send(call);
  const message =
    changes.clientId === undefined
      ? `${short(unit.name)} has another client secret now.`
      : `${short(unit.name)} has another client id now. Requests with ${short(unit.clientId)} are refused.`;
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
  const { was, now } = settingsForm(unit, visit).form.merged;
  const changes = changesIn(settingsIn(was, unit), settingsIn(now, unit));
  const names = Object.keys(changes);
  if (names.length === 0) return nothingChanged(pathOf(unit));
  const done = await patched(unit, visit, changes);
  return {
    to: pathOf(unit),
    message: `${short(unit.name)} has changed: ${names.join(", ")}.`,
    ...done,
  };
}

async function setDelegatedConsents(unit: SalesUnit, visit: Visit): Promise<Done> {
  const { was, now } = consentsForm(unit, visit).form.merged;
  const isSetUp = unit.features.delegatedConsents !== null;
  const changes = changesIn(isSetUp ? consentsIn(was) : {}, consentsIn(now));
  return setQuestions(unit, visit, changes, "asks for delegated consents");
}

async function setCustomFlow(unit: SalesUnit, visit: Visit): Promise<Done> {
  const { now } = flowForm(unit, visit).form.merged;
  return setQuestions(unit, visit, changesIn(partsOf(unit), flowIn(now)), "has a custom flow");
}

async function setQuestions(
  unit: SalesUnit,
  visit: Visit,
  changes: Partial<Parts>,
  what: string,
): Promise<Done> {
  const to = `${pathOf(unit)}#questions`;
  if (Object.keys(changes).length === 0) return nothingChanged(to);
  return {
    to,
    message: `${short(unit.name)} ${what}.`,
    ...(await patched(unit, visit, changes)),
  };
}

/** Takes a change back. */
async function restore(unit: SalesUnit, { api, form }: Visit): Promise<Done> {
  const call = patchCall(unit, toRestore(form, partsOf(unit)));
  await api.send(call);
  return { to: pathOf(unit), message: "All is as it was before.", calls: [call] };
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
