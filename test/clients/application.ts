import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import type { Server } from "../support/server.ts";
import type { Person } from "./walker.ts";
import { createWalker, walkLogin } from "./walker.ts";

/** A merchant's application on a socket of its own, whose routes are `/login` and `/callback`. */
export interface Application {
  /** Without a trailing slash. */
  readonly url: string;
  /** The client that it is; its callback is registered. */
  readonly unit: SalesUnit;
}

/** Starts an application, closed after the last test of the file. */
export async function startApplication(
  at: Server,
  salesUnit: string | undefined,
  build: (application: Application) => RequestListener | Promise<RequestListener>,
): Promise<Application> {
  const server = createServer();
  server.listen(0, "localhost");
  await once(server, "listening");
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const application = { url, unit: await at.register(`${url}/callback`, salesUnit) };
  server.on("request", await build(application));
  return application;
}

/**
 * Goes from an application's `/login` through the pages of the mock and back to its `/callback`.
 */
export async function logInAt(
  { url }: Application,
  person: Person = {},
  tamper: (callback: URL) => void = () => {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const walker = createWalker((to) => to.origin === url && to.pathname === "/callback");
  const { url: callback } = await walkLogin(walker, `${url}/login`, person);
  tamper(callback);
  const { status, html } = await walker.open(callback);
  return { status, body: JSON.parse(html) };
}
