import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { startServer } from "../support/server.ts";
import { SHOP } from "../support/wire.ts";
import { newPage, openAt } from "./pages.ts";

/** Pages of the dashboard that follow what happens. */

describeInChromium("a page of the dashboard in Chromium", (browser) => {
  const open = (path: string) => openAt(browser(), path);

  const refuse = (url: string) =>
    fetch(`${url}/access-management-1.0/access/oauth2/auth?client_id=${SHOP.id}&state=1`, {
      redirect: "manual",
    });

  const rows = (page: Page) => page.getByTestId("request");

  test("shows a request when it comes, and keeps what is open and typed", async () => {
    const { page, errors, server } = await open("/mock/log");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByLabel("User").fill("ad");
    await refuse(server.url);
    await rows(page).first().waitFor();
    expect(await page.getByLabel("User").inputValue()).toBe("ad");
    expect(await page.locator("input:focus").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("offers what is new to who reads further down, and goes there on a click", async () => {
    const { page, server } = await open("/mock/log");
    for (let n = 0; n < 40; n += 1) await refuse(server.url);
    await page.reload();
    await page.getByText("live", { exact: true }).waitFor();
    await rows(page).last().scrollIntoViewIfNeeded();
    const seen = await rows(page).count();
    await refuse(server.url);
    const chip = page.getByRole("button", { name: "1 new" });
    await chip.waitFor();
    expect(await rows(page).count()).toBe(seen);
    await chip.click();
    await expect.poll(() => rows(page).count()).toBe(seen + 1);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  test("shows what it is without a script, by a link", async () => {
    const { server } = await open("/mock/log");
    const page = await newPage(browser(), { javaScriptEnabled: false });
    await page.goto(`${server.url}/mock/log`);
    await refuse(server.url);
    await page.getByTestId("nav-log").click();
    expect(await rows(page).count()).toBe(1);
    expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
  });

  test.each(["refuses connections", "answers 502"] as const)(
    "says when the mock is gone, and goes on when it is there again: what stands before it %s",
    async (how) => {
      const { page, proxy, server } = await openBehindProxy("/mock/log");
      await page.getByText("live", { exact: true }).waitFor();
      proxy.leave(how);
      await page.getByText("not connected").waitFor();
      await refuse(server.url);
      proxy.comeBack();
      await rows(page).first().waitFor();
      await page.getByText("live", { exact: true }).waitFor();
    },
  );

  test("says when the sandbox is gone, and goes on when there is one again", async () => {
    const { page, server } = await open("/mock");
    const box = (method: string, path: string, body?: object) =>
      fetch(`${server.url}/mock/api/sandboxes${path}`, {
        method,
        ...(body && {
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      });
    await box("POST", "", { id: "box" });
    await page.goto(`${server.url}/s/box/mock/log`);
    await page.getByText("live", { exact: true }).waitFor();
    await box("DELETE", "/box");
    await page.getByText("this page is gone").waitFor();
    await box("POST", "", { id: "box" });
    await page.getByText("live", { exact: true }).waitFor();
  });

  test("keeps what was typed and refused, whatever happens elsewhere", async () => {
    const { page, server } = await open("/mock/phone?user=ada&screen=me");
    await page.getByTestId("phone-number").fill("12");
    await page.getByTestId("save").click();
    await page.getByTestId("problem").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    const looked = page.waitForResponse(
      (response) => response.request().headers()["x-live"] !== undefined,
    );
    await refuse(server.url);
    await (await looked).finished();
    // A second look follows the first one, which has been taken in by then.
    const lookedAgain = page.waitForResponse(
      (response) => response.request().headers()["x-live"] !== undefined,
    );
    await refuse(server.url);
    await lookedAgain;
    expect(await page.getByTestId("phone-number").inputValue()).toBe("12");
  });

  test("goes nowhere while a value is being chosen by the keyboard", async () => {
    const { page, server } = await open("/mock");
    await fetch(`${server.url}/mock/api/sandboxes`, { method: "POST" });
    await page.reload();
    await page.getByLabel("Sandbox", { exact: true }).focus();
    const before = await page.getByLabel("Sandbox", { exact: true }).inputValue();
    await page.keyboard.press("ArrowDown");
    expect(await page.getByLabel("Sandbox", { exact: true }).inputValue()).not.toBe(before);
    await page.getByRole("button", { name: "Go" }).click();
    await page.waitForURL(/\/s\/.*\/mock$/);
  });

  /** The same behind something that can be told to go away. */
  async function openBehindProxy(path: string) {
    const server = await startServer();
    onTestFinished(() => server.close());
    const proxy = await startProxy(server.port);
    const page = await newPage(browser());
    await page.goto(`${proxy.url}${path}`);
    return { page, proxy, server };
  }
});

async function startProxy(port: number) {
  let gone: "refuses connections" | "answers 502" | undefined;
  const proxy = createServer((request, response) => {
    if (gone === "answers 502") return response.writeHead(502).end("Bad Gateway");
    const { method, url, headers } = request;
    const onward = httpRequest(
      { host: "localhost", port, method, path: url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    response.on("close", () => onward.destroy());
    onward.on("error", () => response.destroy());
    return request.pipe(onward);
  });
  const sockets = new Set<Socket>();
  proxy.on("connection", (socket) => {
    if (gone === "refuses connections") socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    leave(how: NonNullable<typeof gone>) {
      gone = how;
      for (const each of sockets) each.destroy();
    },
    comeBack() {
      gone = undefined;
    },
  };
}
