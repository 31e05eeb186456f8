import Type from "typebox";
import { toIso } from "../calendar.ts";
import { quoted } from "../config/problem.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Browser } from "../store/store.ts";
import { listOf, MomentSchema, PageQuery, pageOf } from "./lists.ts";
import { closed, operation } from "./operation.ts";

/** `browsers`: those that remember their user, so that no phone number and no app is needed. */

export const BrowserSchema = Type.Object(
  {
    id: Type.String(),
    user: Type.String({ description: "The user's id." }),
    userAgent: Type.String({ description: "The User-Agent header that it was remembered with." }),
    authenticatedAt: MomentSchema,
  },
  { ...closed, title: "Browser" },
);

const BrowserParams = Type.Object({ id: Type.String() }, closed);

export const browserOperations = [
  operation({
    method: "GET",
    path: "/browsers",
    summary: "Lists the browsers that remember a user.",
    query: Type.Object(PageQuery, closed),
    status: 200,
    answer: listOf(BrowserSchema),
    run: async ({ query, exchange }) => {
      const { items, next } = await exchange.sandbox.store.browsers.list(pageOf(query));
      return { body: { items: items.map(written), ...(next !== undefined && { next }) } };
    },
  }),
  operation({
    method: "GET",
    path: "/browsers/{id}",
    summary: "One browser that remembers a user.",
    params: BrowserParams,
    status: 200,
    answer: BrowserSchema,
    run: async ({ params: { id }, exchange }) => {
      const browser = await exchange.sandbox.store.browsers.get(id);
      return { body: written(browser ?? absent(id)) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/browsers",
    summary: "Makes every browser forget its user.",
    status: 204,
    run: async ({ exchange }) => {
      const { items } = await exchange.sandbox.store.browsers.list();
      for (const { id } of items) await forget(id, exchange);
      return {};
    },
  }),
  operation({
    method: "DELETE",
    path: "/browsers/{id}",
    summary: "Makes a browser forget its user, as if its cookies were cleared.",
    params: BrowserParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      if (!(await forget(id, exchange))) absent(id);
      return {};
    },
  }),
];

function forget(id: string, { sandbox }: Exchange): Promise<Browser | undefined> {
  return sandbox.store.browsers.take(id);
}

function absent(id: string): never {
  throw new Problem(
    404,
    `No browser has the id ${quoted(id)}. GET browsers lists those that remember a user.`,
  );
}

function written({ authenticatedAt, ...browser }: Browser) {
  return { ...browser, authenticatedAt: toIso(authenticatedAt) };
}
