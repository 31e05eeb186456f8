import type { Static } from "typebox";
import Type from "typebox";
import type { Surroundings } from "../../config/scenarios.ts";
import {
  changedScenario,
  findDelayProblems,
  findScenarioProblems,
  newScenario,
} from "../../config/scenarios.ts";
import { toIso } from "../../platform/calendar.ts";
import type { ScenarioId } from "../../records/ids.ts";
import type { Scenario, ScenarioPatch } from "../../records/scenario.ts";
import {
  ScenarioInputSchema,
  ScenarioPatchSchema,
  scenarioProperties,
} from "../../records/scenario.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import { findUserByName } from "../../sandbox/users.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { notFound, refuseProblems } from "../api/problem.ts";
import { IdParams, listOf, MomentSchema, PageQuery, readPage } from "../api/records.ts";

/** `scenarios`: what happens to the next logins. */

export const ScenarioSchema = Type.Object(
  {
    id: Type.String(),
    match: scenarioProperties.match,
    user: Type.Optional(scenarioProperties.user),
    outcome: scenarioProperties.outcome,
    remember: scenarioProperties.remember,
    delay: Type.Number({ description: "Seconds." }),
    times: scenarioProperties.times,
    hits: Type.Integer({ description: "How many logins it has served." }),
    left: Type.Integer({ description: "How many more it is for." }),
    used: Type.Boolean({ description: "Whether it has served any." }),
    addedAt: MomentSchema,
  },
  { ...closed, title: "Scenario" },
);

const ListQuery = Type.Object(
  {
    unused: Type.Optional(
      Type.Boolean({
        description: "true for those that have served no login, false for the others.",
      }),
    ),
    ...PageQuery,
  },
  closed,
);

export const scenarioOperations = [
  operation({
    method: "GET",
    path: "/scenarios",
    summary: "Lists the scenarios, in the order in which a login is matched with them.",
    query: ListQuery,
    status: 200,
    response: listOf(ScenarioSchema),
    run: async ({ query, exchange }) => ({
      body: await readPage(exchange.sandbox.store.scenarios, query, {
        toJson,
        fits: ({ hits }) => query.unused === undefined || (hits === 0) === query.unused,
      }),
    }),
  }),
  operation({
    method: "POST",
    path: "/scenarios",
    summary: "Queues what happens to the next login that matches.",
    body: ScenarioInputSchema,
    status: 201,
    response: ScenarioSchema,
    refusals: [409],
    run: async ({ body, exchange }) => {
      const around = await surroundingsOf(exchange);
      refuseProblems(findScenarioProblems(body, around));
      const { store, ids } = exchange.sandbox;
      const id = ids.id() as ScenarioId;
      const scenario = newScenario(id, body, around.users, exchange.now);
      await store.scenarios.insert(scenario);
      return { body: toJson(scenario), location: `/scenarios/${scenario.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/scenarios/{id}",
    summary: "One scenario.",
    params: IdParams,
    status: 200,
    response: ScenarioSchema,
    run: async ({ params: { id }, exchange }) => {
      const scenario = await exchange.sandbox.store.scenarios.get(id);
      if (!scenario) throw noScenario(id);
      return { body: toJson(scenario) };
    },
  }),
  operation({
    method: "PATCH",
    path: "/scenarios/{id}",
    summary: "Changes what it names of a scenario; null takes a user or a part of match away.",
    params: IdParams,
    body: ScenarioPatchSchema,
    status: 200,
    response: ScenarioSchema,
    run: async ({ params: { id }, body, exchange }) => {
      const changed = await change(id, body, exchange);
      if (!changed) throw noScenario(id);
      return { body: toJson(changed) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/scenarios/{id}",
    summary: "Removes a scenario.",
    params: IdParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      if (!(await exchange.sandbox.store.scenarios.take(id))) throw noScenario(id);
      return {};
    },
  }),
  operation({
    method: "DELETE",
    path: "/scenarios",
    summary: "Removes every scenario.",
    status: 204,
    run: async ({ exchange }) => {
      await exchange.sandbox.store.scenarios.clear();
      return {};
    },
  }),
];

async function change(
  id: string,
  patch: ScenarioPatch,
  exchange: Exchange,
): Promise<Scenario | undefined> {
  const { sandbox } = exchange;
  const around = await surroundingsOf(exchange);
  refuseProblems(findDelayProblems(patch.delay, "delay"));
  return sandbox.store.scenarios.update(id, (current) => {
    const next = changedScenario(current, patch, around.users);
    const { hits, addedAt: _, id: __, ...input } = next;
    const mistakes = findScenarioProblems(input, around);
    if (next.times < hits) {
      const message = `is ${next.times}, but the scenario has served ${hits} logins already; expected ${hits} or more`;
      mistakes.push({ path: "times", message, value: next.times });
    }
    refuseProblems(mistakes);
    return next;
  });
}

/** What a login would meet now. */
async function surroundingsOf({ sandbox }: Exchange): Promise<Surroundings> {
  const { store, autoLogin, switches } = sandbox;
  const automatic = autoLogin === null ? undefined : await findUserByName(sandbox, autoLogin);
  const users = await readAll(store.users);
  const salesUnits = await readAll(store.salesUnits);
  const { items: browsers } = await store.browsers.list({ limit: 1 });
  // The user of the automatic login may have been removed since it was set.
  const isAutomatic = automatic !== undefined && "user" in automatic;
  const { loginFromPhoneNumber } = switches;
  const userMayBeKnown = isAutomatic || browsers.length > 0;
  return { users, salesUnits, loginFromPhoneNumber, userMayBeKnown };
}

function noScenario(id: string) {
  return notFound("scenario has the id", id, [], ". GET scenarios lists those there are.");
}

function toJson({ addedAt, hits, times, ...scenario }: Scenario): Static<typeof ScenarioSchema> {
  return {
    ...scenario,
    times,
    hits,
    left: times - hits,
    used: hits > 0,
    addedAt: toIso(addedAt),
  };
}
