import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import {
  authorizePath,
  Browser,
  basic,
  codeFrom,
  formOf,
  get,
  PATH,
  parameterOf,
  post,
  SHOP,
  tokensFrom,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

const SAME = (name: string) => `the parameter ${name} is there more than once, with the same value`;
const OTHER = (name: string) =>
  `the parameter ${name} is there more than once, with different values; the first one counts`;

describe("a repeated parameter", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock({ autoLogin: "ada" });
  });
  afterEach(() => mock.close());

  /** What the request log notes, and what the log has of it. */
  const told = async () => ({
    noted: (await loggedRequests(mock)).flatMap(({ notes }) => notes.map((note) => note.message)),
    logged: mock.log.map(({ msg }) => msg).filter((msg) => msg?.includes("more than once")),
  });

  const form = (code: string) =>
    formOf({
      grant_type: "authorization_code",
      code,
      redirect_uri: "https://example.com/callback",
    });

  it("is noted ten times of one request at most", async () => {
    const many = Array.from({ length: 12 }, (_, at) => `p${at}=1&p${at}=1`).join("&");
    const code = await codeFrom(mock);
    expect((await post(mock, PATH.token, `${form(code)}&${many}`, basic(SHOP))).statusCode).toBe(
      200,
    );
    expect((await told()).noted).toEqual(Array.from({ length: 10 }, (_, at) => SAME(`p${at}`)));
  });

  it.each(["resource", "audience"])("may be %s", async (name) => {
    const code = await codeFrom(mock);
    const body = `${form(code)}&${name}=a&${name}=b`;
    expect((await post(mock, PATH.token, body, basic(SHOP))).statusCode).toBe(200);
    expect((await told()).noted).toEqual([]);
  });

  it("at the token endpoint: the first value counts", async () => {
    const code = await codeFrom(mock);
    const body = `${form(code)}&grant_type=authorization_code`;
    expect((await post(mock, PATH.token, body, basic(SHOP))).statusCode).toBe(200);
    expect(await told()).toEqual({ noted: [SAME("grant_type")], logged: [] });
  });

  it("at the token endpoint, with another value: the first value counts", async () => {
    const good = await post(
      mock,
      PATH.token,
      `${form(await codeFrom(mock))}&redirect_uri=https://other.example/`,
      basic(SHOP),
    );
    expect(good.statusCode).toBe(200);
    const bad = await post(
      mock,
      PATH.token,
      `redirect_uri=https://other.example/&${form(await codeFrom(mock))}`,
      basic(SHOP),
    );
    expect([bad.statusCode, bad.json().error]).toEqual([400, "invalid_grant"]);
    const both = [OTHER("redirect_uri"), OTHER("redirect_uri")];
    expect(await told()).toEqual({ noted: both, logged: both });
  });

  it.each([
    ["scope", "openid nin"],
    ["client_id", "nobody"],
    ["redirect_uri", "https://other.example/"],
    ["state", "short"],
    ["response_type", "token"],
  ])("%s at the authorization endpoint: the first value counts", async (name, value) => {
    const response = await get(mock, `${authorizePath()}&${formOf({ [name]: value })}`);
    expect(parameterOf(response, "code")).toBeDefined();
    expect(parameterOf(response, "scope")).toBe("openid name");
    expect(await told()).toEqual({ noted: [OTHER(name)], logged: [OTHER(name)] });
  });

  it("is told beside what a request is refused for", async () => {
    const response = await get(mock, `${authorizePath({ scope: "openid nin" })}&scope=openid`);
    expect(parameterOf(response, "error")).toBe("invalid_scope");
    expect(await told()).toEqual({ noted: [OTHER("scope")], logged: [OTHER("scope")] });
  });

  it("is noted on the first hop of a login with pages, and not again", async () => {
    await mock.close();
    mock = await startMock();
    const browser = new Browser(mock);
    const open = browser.login.bind(browser);
    browser.login = () => browser.open(`${authorizePath()}&nonce=12345678&nonce=12345678`);
    expect(parameterOf(await walkLogin(browser), "code")).toBeDefined();
    browser.login = open;
    expect(await told()).toEqual({ noted: [SAME("nonce")], logged: [] });
  });

  it("at the revocation endpoint: the first value counts", async () => {
    const { access_token } = await tokensFrom(mock);
    const body = `token=${access_token}&token=x`;
    expect((await post(mock, PATH.revoke, body, basic(SHOP))).statusCode).toBe(200);
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    expect((await told()).noted).toEqual([OTHER("token")]);
  });
});
