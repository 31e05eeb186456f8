import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Seen } from "../support/visitor.ts";
import { Visitor } from "../support/visitor.ts";
import { BASE } from "../support/wire.ts";

let mock: Mock;
let visitor: Visitor;
beforeEach(async () => {
  mock = await startMock();
  visitor = new Visitor(mock);
});
afterEach(() => mock.close());

const TILL = { unit: "100001", action: "till", user: "4712345678", scope: "openid" };
const RESULT = "/mock/try/result";

const outcome = (seen: Seen) => seen.text("outcome") ?? seen.text("problem");
const poll = (by = "person") => visitor.go(RESULT, { action: "poll", by });
const move = (seconds: number) => call(mock, "PATCH", "/clock", { body: { advance: seconds } });

async function answer(how: "approve" | "reject") {
  const { items } = (await call(mock, "GET", "/logins?flow=phone-number")).body;
  const options = how === "approve" ? { body: {} } : {};
  const { status } = await call(mock, "POST", `/logins/${items[0].id}/${how}`, options);
  expect(status).toBe(200);
}

describe("a login from phone number from Try", () => {
  it("shows each poll, and at last the tokens with every check", async () => {
    const begun = await visitor.go("/mock/try", { ...TILL, bindingMessage: "TILL-7" });
    expect(begun.url.pathname).toBe(RESULT);
    expect(outcome(begun)).toBe("The user has not answered yet.");
    expect(begun.html).toContain('href="../phone?user&#x3D;ada"');
    expect(begun.text("step-authorize")).toContain("TILL-7");
    await move(5);
    expect((await poll()).texts("request")).toEqual([expect.stringMatching(/POST token 400/)]);
    await move(4);
    const early = await poll();
    expect(early.text("step-polls")).toContain("the interval is 5 seconds");
    expect(early.text("diagnosis")).toBeUndefined();
    await answer("approve");
    await move(10);
    const seen = await poll();
    expect(outcome(seen)).toBe("Logged in: every check holds.");
    expect(seen.texts("request")).toHaveLength(3);
    for (const name of ["alg", "signature", "iss", "aud", "nonce", "auth_req_id", "sub"]) {
      expect(seen.text(`check-${name}`), name).toContain("holds");
    }
    expect(seen.text("check-alg")).toContain("ES256");
  });

  it("polls by itself only when a poll is due, once more after each slow_down", async () => {
    await visitor.go("/mock/try", TILL);
    const polls = async () =>
      (await call(mock, "GET", "/requests/count?endpoint=token")).body.count as number;
    await move(4);
    await poll("script");
    expect(await polls()).toBe(0);
    await move(1);
    await poll("script");
    expect(await polls()).toBe(1);
    await poll();
    expect(await polls()).toBe(2);
    await move(9);
    await poll("script");
    expect(await polls()).toBe(2);
    await move(1);
    expect((await poll("script")).text("step-polls")).not.toContain("the interval is 10");
    expect(await polls()).toBe(3);
  });

  it("asks for the metadata once, as an application does", async () => {
    await visitor.go("/mock/try", TILL);
    for (const _ of [1, 2, 3]) await poll();
    expect((await call(mock, "GET", "/requests/count?endpoint=discovery")).body.count).toBe(1);
  });

  it("ends with what the user said", async () => {
    await visitor.go("/mock/try", TILL);
    await answer("reject");
    const seen = await poll();
    expect(outcome(seen)).toContain("openid-client says: ResponseBodyError: access_denied");
    const after = await poll();
    expect([after.status, after.texts("request").length]).toEqual([200, 1]);
    expect((await visitor.go(RESULT, { action: "exchange" })).status).toBe(409);
  });

  it.each([
    [{ phone: "+47 99 99 99 99" }, "unknown_user_id"],
    [{ bindingMessage: "till seven" }, "invalid_binding_message"],
    [{ scope: "openid unheard-of" }, "invalid_scope"],
    [{ unit: "100002" }, "unauthorized_client"],
  ])("shows why none begins with %j", async (changes, error) => {
    const seen = await visitor.go("/mock/try", { ...TILL, ...changes });
    expect(outcome(seen)).toContain(`openid-client says: ResponseBodyError: ${error}`);
    expect(seen.text("diagnosis")).toContain("What to do:");
    expect(seen.text("poll")).toBeUndefined();
    const steps = seen.texts("step-name");
    expect(steps.slice(0, 3)).toEqual([
      "Authentication request refused",
      "Polls not yet",
      "Token not yet",
    ]);
  });

  it("waits for nobody at the callback but where the browser is to come there", async () => {
    const refused = { ...TILL, phone: "+47 99 99 99 99" };
    expect((await visitor.go("/mock/try", refused)).text("step-callback")).toBeUndefined();
    const redirected = await visitor.go("/mock/try", { ...refused, mode: "redirect" });
    expect(redirected.texts("step-name")[1]).toBe("Callback nothing yet");
  });

  it("shows that the ID token is of another login, which the library does not look at", async () => {
    const fault = { match: { endpoint: "token" }, corrupt: "wrong_auth_req_id" };
    await visitor.go("/mock/try", TILL);
    await answer("approve");
    await call(mock, "POST", "/faults", { body: fault });
    const seen = await poll();
    expect(seen.text("check-auth_req_id")).toContain("fails");
    expect(outcome(seen)).toContain("a check fails that it does not make: auth_req_id");
  });

  it("goes on when a response does not come", async () => {
    await visitor.go("/mock/try", TILL);
    const fault = { match: { endpoint: "token" }, times: 1, then: { reset: true } };
    await call(mock, "POST", "/faults", { body: fault });
    expect(outcome(await poll())).toBe("The user has not answered yet.");
    await answer("approve");
    expect(outcome(await poll())).toBe("Logged in: every check holds.");
  });

  it("takes the browser of the redirect variant, with its code", async () => {
    await visitor.go("/mock/try", { unit: "100001", action: "register" });
    const begun = await visitor.go("/mock/try", { ...TILL, mode: "redirect" });
    expect(outcome(begun)).toBe("The user’s browser has not come yet.");
    expect([begun.text("poll"), begun.text("next")]).toEqual([undefined, undefined]);
    await answer("approve");
    const decided = await visitor.go(RESULT);
    const [, next = ""] = /href="([^"]+)" data-testid="next"/.exec(decided.html) ?? [];
    expect(next).toContain(`${BASE}/mock/try/callback?code`);
    const seen = await visitor.go(next.replaceAll("&#x3D;", "="));
    expect(outcome(seen)).toBe("Logged in: every check holds.");
  });

  it("is begun in no browser without the cookie", async () => {
    const seen = await visitor.go(RESULT, { action: "poll" });
    expect([seen.status, outcome(seen)]).toEqual([
      400,
      expect.stringContaining("has begun no login"),
    ]);
    expect((await visitor.go("/mock/try", { unit: "100001", action: "dance" })).status).toBe(400);
  });
});
