import type { Static } from "typebox";
import Type from "typebox";
import { toIso } from "../calendar.ts";
import { quoted } from "../config/problem.ts";
import type { Surroundings } from "../config/scenarios.ts";
import { findDelayProblems, findScenarioProblems } from "../config/scenarios.ts";
import type { ScenarioPatch } from "../config/schema.ts";
import { ScenarioInputSchema, ScenarioPatchSchema, scenarioProperties } from "../config/schema.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import { addScenario, changedScenario, readChange } from "../scenarios/change.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { filteredPage, listOf, MomentSchema, PageQuery } from "./lists.ts";
import { badRequest, closed, operation } from "./operation.ts";

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

const ScenarioParams = Type.Object({ id: Type.String() }, closed);

const ListQuery = Type.Object(
  {
    unused: Type.Optional(
      Type.Enum(["true", "false"], {
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
    summary: "Lists the scenarios in the order in which logins are held against them.",
    query: ListQuery,
    status: 200,
    answer: listOf(ScenarioSchema),
    run: async ({ query, exchange }) => {
      const { items } = await exchange.sandbox.store.scenarios.list();
      const asked = items.filter(
        ({ hits }) => query.unused === undefined || String(hits === 0) === query.unused,
      );
      return { body: filteredPage(asked, query, written) };
    },
  }),
  operation({
    method: "POST",
    path: "/scenarios",
    summary: "Queues what happens to the next login that matches.",
    body: ScenarioInputSchema,
    status: 201,
    answer: ScenarioSchema,
    run: async ({ body, exchange }) => {
      const mistakes = findScenarioProblems(body, await surroundingsOf(exchange));
      if (mistakes.length > 0) throw badRequest(mistakes);
      const scenario = await addScenario(exchange.sandbox, body);
      return { body: written(scenario), location: `/scenarios/${scenario.id}` };
    },
  }),
  operation({
    method: "DELETE",
    path: "/scenarios",
    summary: "Removes every scenario.",
    status: 204,
    run: async ({ exchange }) => {
      const { scenarios } = exchange.sandbox.store;
      const { items } = await scenarios.list();
      for (const { id } of items) await scenarios.take(id);
      return {};
    },
  }),
  operation({
    method: "GET",
    path: "/scenarios/{id}",
    summary: "One scenario.",
    params: ScenarioParams,
    status: 200,
    answer: ScenarioSchema,
    run: async ({ params: { id }, exchange }) => {
      const scenario = await exchange.sandbox.store.scenarios.get(id);
      return { body: written(scenario ?? absent(id)) };
    },
  }),
  operation({
    method: "PATCH",
    path: "/scenarios/{id}",
    summary: "Changes what it names of a scenario; null takes a user or a part of match away.",
    params: ScenarioParams,
    body: ScenarioPatchSchema,
    status: 200,
    answer: ScenarioSchema,
    run: async ({ params: { id }, body, exchange }) => ({
      body: written((await change(id, body, exchange)) ?? absent(id)),
    }),
  }),
  operation({
    method: "DELETE",
    path: "/scenarios/{id}",
    summary: "Removes a scenario.",
    params: ScenarioParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      if (!(await exchange.sandbox.store.scenarios.take(id))) absent(id);
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
  const noDelay = findDelayProblems(patch.delay, "delay");
  if (noDelay.length > 0) throw badRequest(noDelay);
  const read = await readChange(sandbox, patch);
  return sandbox.store.scenarios.update(id, (current) => {
    const next = changedScenario(current, read);
    const { hits, addedAt: _, id: __, ...input } = next;
    const mistakes = findScenarioProblems(input, around);
    if (next.times < hits) {
      const message = `is ${next.times}, but the scenario has served ${hits} logins already; expected ${hits} or more`;
      mistakes.push({ path: "times", message, value: next.times });
    }
    if (mistakes.length > 0) throw badRequest(mistakes);
    return next;
  });
}

/** What a login would meet now. */
async function surroundingsOf({ sandbox }: Exchange): Promise<Surroundings> {
  const { store, autoLogin } = sandbox;
  const { items: users } = await store.users.list();
  const { items: salesUnits } = await store.salesUnits.list();
  const { items: browsers } = await store.browsers.list({ limit: 1 });
  return { users, salesUnits, userMayBeKnown: autoLogin !== null || browsers.length > 0 };
}

function absent(id: string): never {
  throw new Problem(
    404,
    `No scenario has the id ${quoted(id)}. GET scenarios lists those there are.`,
  );
}

function written({ addedAt, hits, times, ...scenario }: Scenario): Static<typeof ScenarioSchema> {
  return {
    ...scenario,
    times,
    hits,
    left: times - hits,
    used: hits > 0,
    addedAt: toIso(addedAt),
  };
}
