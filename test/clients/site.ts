import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request as startRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import { freePort } from "../support/free-port.ts";
import type { Program } from "../support/program.ts";
import { runProgram } from "../support/program.ts";
import type { Requirement } from "../support/requirement.ts";
import { describeWith } from "../support/requirement.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import type { Person, Walker } from "./walker.ts";
import { createWalker, hiddenFields, walkLogin } from "./walker.ts";

/**
 * Sites of merchants in other languages, with the login library that is usual there. Each is a process
 * of its own, written as a merchant would write it, and configured by its environment alone.
 */

const ADA: Person = { phoneNumber: "4712345678" };

/** Building a program or migrating a database takes long on a busy machine. */
const START_TIMEOUT = 300_000;

/** A site, and how it is started. */
export interface SitePrograms {
  /** Its folder beside this file, where its commands run. */
  readonly folder: string;
  /** A shell command that has to end before. */
  readonly prepare?: string;
  /**
   * The shell command that serves it on the port PORT of its environment. What it writes may stand in
   * SHOP_DIRECTORY, which is empty at first and removed in the end.
   */
  readonly serve: string;
  /** The path of the redirect URI. */
  readonly callback: string;
  /** Where a login begins, by a redirect or by the button of a form. */
  readonly login: string;
}

/** The same, and what it says. */
export interface SiteOptions extends SitePrograms {
  readonly requirement: Requirement;
  readonly salesUnit?: "Demo Shop" | "Post Office";
  /** What its page says after a login of Ada. */
  readonly welcome: RegExp;
  /** After a login that the user cancelled. */
  readonly cancelled: RegExp;
  /** With a secret that is not the sales unit's. */
  readonly wrongSecret: RegExp;
}

export interface Site {
  readonly url: string;
  readonly program: Program;
  /** From the site's button through the pages of the mock and back: where it ends and what is there. */
  logIn(
    person?: Person,
  ): Promise<{ readonly url: URL; readonly status: number; readonly text: string }>;
}

/** Tests of a site: a login by the pages, a cancel, a wrong secret, each as the site shows it. */
export function describeSite(title: string, options: SiteOptions): void {
  describeWith(options.requirement, title, () => {
    let server: Server;
    let site: Site;
    let unit: SalesUnit;
    let directory: string;

    beforeAll(async () => {
      server = await startServer();
      const port = await freePort("localhost");
      const redirectUri = `http://localhost:${port}${options.callback}`;
      unit = await server.register(redirectUri, options.salesUnit ?? "Demo Shop");
      directory = await mkdtemp(join(tmpdir(), "vipps-login-mock-site-"));
      // A server that is started by root reads as another user.
      await chmod(directory, 0o755);
      site = await startSite({ server, unit, port, directory }, options);
    }, START_TIMEOUT);

    afterAll(async () => {
      site?.program.child.kill();
      await site?.program.ended;
      await server?.close();
      if (directory) await rm(directory, { recursive: true });
    });

    test("logs in as ada and shows who that is", async () => {
      const { text } = await site.logIn();
      expect(text).toMatch(options.welcome);
    });

    test("says that the user cancelled", async () => {
      await fetch(`${server.url}/mock/api/scenarios`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ outcome: "cancel" }),
      });
      const { url, text } = await site.logIn();
      expect(`${url} ${text}`).toMatch(options.cancelled);
    });

    test("says that the secret is wrong, after it was changed at the sales unit", async () => {
      const changed = { clientSecret: "another secret" };
      await server.store.salesUnits.update(unit.msn, (current) => ({ ...current, ...changed }));
      const { url, text } = await site.logIn();
      await server.store.salesUnits.update(unit.msn, () => unit);
      expect(`${url} ${text}`).toMatch(options.wrongSecret);
      await eventually(() => {
        const refused = server.log.flatMap(({ diagnosis }) => diagnosis?.message ?? []);
        expect(refused.at(-1)).toMatch(/client_secret sent (for \S+ )?is wrong/);
      });
    });
  });
}

/** What a site is started with. */
export interface Place {
  readonly server: Pick<Server, "url" | "issuer">;
  readonly unit: Pick<SalesUnit, "clientId" | "clientSecret">;
  readonly port: number;
  readonly directory: string;
}

export async function startSite(
  { server, unit, port, directory }: Place,
  { folder, prepare, serve, callback, login }: SitePrograms,
): Promise<Site> {
  const url = `http://localhost:${port}`;
  const run = (command: string) =>
    runProgram("sh", ["-ec", command], {
      cwd: fileURLToPath(new URL(`${folder}/`, import.meta.url)),
      env: {
        ...process.env,
        PORT: String(port),
        SHOP_DIRECTORY: directory,
        VIPPS_BASE_URL: server.url,
        VIPPS_ISSUER: server.issuer,
        VIPPS_CLIENT_ID: unit.clientId,
        VIPPS_CLIENT_SECRET: unit.clientSecret,
      },
    });
  if (prepare) {
    const { code, out, err } = await run(prepare).ended;
    expect(code, `${prepare}: ${out}${err}`).toBe(0);
  }
  const program = run(serve);
  await answering(url, program);
  return {
    url,
    program,
    async logIn(person = ADA) {
      const walker = createWalker((to) => to.origin === url && to.pathname === callback, navigate);
      const start = `${url}${login}`;
      const open: Walker["open"] = (address, form) =>
        address === start ? pressButton(walker, start) : walker.open(address, form);
      const { url: back } = await walkLogin({ ...walker, open }, start, person);
      const { html, ...end } = await walker.open(back);
      return { ...end, text: html };
    },
  };
}

/** Sends a request as a browser does that goes to a page; fetch says that a script wants data. */
export async function navigate({ url, method, headers, body }: Request): Promise<Response> {
  const sent = startRequest(url, {
    method,
    headers: {
      ...Object.fromEntries(headers),
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    },
  });
  // mod_auth_openidc sends a second page behind one of its error pages, which no client expects any more.
  sent.on("error", () => {});
  sent.end(body === null ? undefined : await text(body));
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const received = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) received.append(name, value);
  }
  return new Response(await text(answer), { status: answer.statusCode ?? 0, headers: received });
}

/** Opens the page where a login begins. Where it has a form, and leads nowhere by itself, that is sent. */
async function pressButton(walker: Walker, start: string) {
  const page = await walker.open(start);
  const action = /<form method="post" action="([^"]+)"/.exec(page.html)?.[1];
  if (action === undefined || page.url.href !== start) return page;
  return walker.open(new URL(action, start), hiddenFields(page));
}

/** Waits until something answers there, or the program has ended instead. */
async function answering(url: string, { ended }: Program): Promise<void> {
  let end: Awaited<typeof ended> | undefined;
  ended.then(
    (outcome) => {
      end = outcome;
    },
    (error) => {
      end = { code: null, out: "", err: String(error) };
    },
  );
  const failed = await eventually(async () => {
    if (end) return end;
    await fetch(url, { redirect: "manual" });
    return undefined;
  });
  if (failed) throw new Error(`the site ended: ${failed.out}${failed.err}`);
}
