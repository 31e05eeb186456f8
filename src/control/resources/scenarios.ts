import type { Static } from "typebox";
import Type from "typebox";
import { quoted } from "../../config/problem.ts";
import type { Surroundings } from "../../config/scenarios.ts";
import { findDelayProblems, findScenarioProblems } from "../../config/scenarios.ts";
import { toIso } from "../../platform/calendar.ts";
import type { Scenario, ScenarioPatch } from "../../records/scenario.ts";
import {
  ScenarioInputSchema,
  ScenarioPatchSchema,
  scenarioProperties,
} from "../../records/scenario.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import { addScenario, changedScenario, readChange } from "../../sandbox/scenario-input.ts";
import { findUserByName } from "../../sandbox/users.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { Problem, refuseProblems } from "../api/problem.ts";
import { listOf, MomentSchema, PageQuery, readPage } from "../api/records.ts";

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

const SCENARIO = {
  id: "HDUbbw5t0DqTkEyEzRO8V",
  match: {},
  user: "ada",
  outcome: "approve",
  remember: false,
  delay: 0,
  times: 1,
  hits: 0,
  left: 1,
  used: false,
  addedAt: "2023-05-17T10:00:00Z",
};

export const scenarioOperations = [
  operation({
    method: "GET",
    path: "/scenarios",
    summary: "Lists the scenarios, in the order in which a login is matched with them.",
    query: ListQuery,
    status: 200,
    response: listOf(ScenarioSchema),
    examples: [
      { title: "Every login goes as its user makes it go", response: { items: [] } },
      { title: "What a test queued in vain", query: { unused: "true" }, response: { items: [] } },
    ],
    run: async ({ query, exchange }) => ({
      body: await readPage(exchange.sandbox.store.scenarios, query, {
        toJson,
        fits: ({ hits }) => query.unused === undefined || String(hits === 0) === query.unused,
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
    examples: [
      {
        title: "The next login is Ada's, without a page",
        body: { user: "ada" },
        response: SCENARIO,
      },
      {
        title: "Two users of the demo shop cancel",
        body: {
          match: { clientId: "10000000-0000-4000-8000-000000000001" },
          outcome: "cancel",
          times: 2,
        },
      },
      {
        title: "The next customer at a till takes ten seconds to say no",
        body: { match: { flow: "phone-number" }, outcome: "cancel", delay: "10s" },
      },
      {
        title: "An error that the mock has no rule for",
        body: { outcome: { error: "temporarily_unavailable", errorDescription: "Try later" } },
      },
      {
        title: "Nobody is called so",
        body: { user: "adda" },
        refused: 400,
        response: {
          type: "about:blank",
          title: "Bad Request",
          status: 400,
          detail:
            'The body has a problem: user: no user has the id or phone number "adda"; did you mean "ada"?',
          errors: [
            {
              path: "user",
              message: 'no user has the id or phone number "adda"; did you mean "ada"?',
              value: "adda",
              closest: "ada",
            },
          ],
        },
      },
    ],
    run: async ({ body, exchange }) => {
      refuseProblems(findScenarioProblems(body, await surroundingsOf(exchange)));
      const scenario = await addScenario(exchange.sandbox, body);
      return { body: toJson(scenario), location: `/scenarios/${scenario.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/scenarios/{id}",
    summary: "One scenario.",
    params: ScenarioParams,
    status: 200,
    response: ScenarioSchema,
    examples: [{ title: "Not yet used", params: { id: SCENARIO.id }, response: SCENARIO }],
    run: async ({ params: { id }, exchange }) => {
      const scenario = await exchange.sandbox.store.scenarios.get(id);
      return { body: toJson(scenario ?? absent(id)) };
    },
  }),
  operation({
    method: "PATCH",
    path: "/scenarios/{id}",
    summary: "Changes what it names of a scenario; null takes a user or a part of match away.",
    params: ScenarioParams,
    body: ScenarioPatchSchema,
    status: 200,
    response: ScenarioSchema,
    examples: [
      {
        title: "For two logins, and the browser remembers her",
        params: { id: SCENARIO.id },
        body: { times: 2, remember: true },
        response: { ...SCENARIO, times: 2, left: 2, remember: true },
      },
    ],
    run: async ({ params: { id }, body, exchange }) => ({
      body: toJson((await change(id, body, exchange)) ?? absent(id)),
    }),
  }),
  operation({
    method: "DELETE",
    path: "/scenarios/{id}",
    summary: "Removes a scenario.",
    params: ScenarioParams,
    status: 204,
    examples: [{ title: "She logs in by herself after all", params: { id: SCENARIO.id } }],
    run: async ({ params: { id }, exchange }) => {
      if (!(await exchange.sandbox.store.scenarios.take(id))) absent(id);
      return {};
    },
  }),
  operation({
    method: "DELETE",
    path: "/scenarios",
    summary: "Removes every scenario.",
    status: 204,
    examples: [{ title: "Before the next test" }],
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
  const read = await readChange(sandbox, patch);
  return sandbox.store.scenarios.update(id, (current) => {
    const next = changedScenario(current, read);
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

function absent(id: string): never {
  throw new Problem(
    404,
    `No scenario has the id ${quoted(id)}. GET scenarios lists those there are.`,
  );
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
