import { expect } from "vitest";
import type { Check, CheckNext } from "../../src/control/types.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { call } from "./control.ts";
import type { Mock } from "./mock.ts";
import { SHOP } from "./wire.ts";

/** Drives a login, and gives the name of who is logged in; undefined when nobody is. */
export type Login = (next: CheckNext) => Promise<string | undefined>;

/** A whole run, as a driver in any language does it. */
export async function check(mock: Mock, login: Login, input: object = {}): Promise<Check> {
  const body = { clientId: SHOP.id, ...input };
  const { id } = (await call(mock, "POST", "/checks", { body })).body;
  return goOn(mock, id, login);
}

/** The rest of a run. */
export async function goOn(mock: Mock, id: string, login: Login): Promise<Check> {
  for (;;) {
    const next: CheckNext = (await call(mock, "GET", `/checks/${id}/next`)).body;
    if (next.do === "stop") return (await call(mock, "GET", `/checks/${id}`)).body;
    if (next.do === "wait") {
      mock.wall.now = epochSeconds(mock.wall.now + (next.seconds ?? 0));
      continue;
    }
    const user = await login(next);
    const body = { login: next.login, loggedIn: user !== undefined, ...(user && { user }) };
    expect((await call(mock, "POST", `/checks/${id}/outcome`, { body })).status).toBe(200);
  }
}
