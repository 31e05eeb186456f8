import Type from "typebox";
import { toIso } from "../../platform/calendar.ts";
import type { Browser } from "../../records/consent.ts";
import { closed } from "../../records/schema-parts.ts";
import type { PageRequest } from "../../store/store.ts";
import { operation } from "../api/operation.ts";
import { notFound } from "../api/problem.ts";
import { IdParams, listOf, MomentSchema, PageQuery, readPage } from "../api/records.ts";
import { userNamed } from "./users.ts";

/** `browsers`: those that remember their user, so that no phone number and no app is needed. */

export const BrowserSchema = Type.Object(
  {
    id: Type.String(),
    user: Type.String({ description: "The user's id." }),
    userAgent: Type.String({ description: "The User-Agent header that it was remembered with." }),
    authenticatedAt: MomentSchema,
    forgetAt: Type.Optional(MomentSchema),
  },
  { ...closed, title: "Browser" },
);

export const browserOperations = [
  operation({
    method: "GET",
    path: "/browsers",
    summary: "Lists the browsers that remember a user.",
    query: Type.Object(
      {
        user: Type.Optional(
          Type.String({ description: "Only those of this user (id or MSISDN)." }),
        ),
        ...PageQuery,
      },
      closed,
    ),
    status: 200,
    response: listOf(BrowserSchema),
    run: async ({ query: { user: name, ...query }, exchange }) => {
      const { browsers } = exchange.sandbox.store;
      const user = name === undefined ? undefined : (await userNamed(name, exchange)).id;
      const read = (page: PageRequest) =>
        user === undefined ? browsers.list(page) : browsers.listGroup("user", user, page);
      return { body: await readPage(browsers, query, { toJson, read }) };
    },
  }),
  operation({
    method: "GET",
    path: "/browsers/{id}",
    summary: "One browser that remembers a user.",
    params: IdParams,
    status: 200,
    response: BrowserSchema,
    run: async ({ params: { id }, exchange }) => {
      const browser = await exchange.sandbox.store.browsers.get(id);
      if (!browser) throw noBrowser(id);
      return { body: toJson(browser) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/browsers/{id}",
    operationId: "forgetBrowser",
    summary: "Makes a browser forget its user, as if its cookies were cleared.",
    params: IdParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      if (!(await exchange.sandbox.store.browsers.take(id))) throw noBrowser(id);
      return {};
    },
  }),
  operation({
    method: "DELETE",
    path: "/browsers",
    operationId: "forgetBrowsers",
    summary: "Makes every browser forget its user.",
    status: 204,
    run: async ({ exchange }) => {
      await exchange.sandbox.store.browsers.clear();
      return {};
    },
  }),
];

function noBrowser(id: string) {
  return notFound("browser has the id", id, [], ". GET browsers lists those that remember a user.");
}

function toJson({ authenticatedAt, forgetAt, ...browser }: Browser) {
  return {
    ...browser,
    authenticatedAt: toIso(authenticatedAt),
    ...(forgetAt !== undefined && { forgetAt: toIso(forgetAt) }),
  };
}
