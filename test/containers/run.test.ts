import { parseArgs } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { BLOCKS, ROOT } from "../docs/pages.ts";
import { directoryWith } from "../support/command.ts";
import { describeWith } from "../support/requirement.ts";
import { SHOP } from "../support/wire.ts";
import { logIn, reachBy } from "./browser.ts";
import { healthy, openHost } from "./host.ts";
import type { Image } from "./image.ts";
import { specOf } from "./image.ts";
import { CONTAINERS } from "./requirement.ts";
import { standIns } from "./stand-ins.ts";

/** The commands of docs/containers.md that run the image. */

const COMMANDS = BLOCKS.filter(({ kind }) => kind === "docker").map(
  ({ name, code }) => [name, code] as const,
);

const REDIRECT_URI = "http://localhost:3000/callback";

/** That of the config file, which only one of the commands has. */
const MY_SHOP = { id: "my-shop", secret: "public-mock-secret-of-my-shop" };

const CONFIG = `
salesUnits:
  - name: My Shop
    clientId: ${MY_SHOP.id}
    clientSecret: ${MY_SHOP.secret}
    redirectUris: [${REDIRECT_URI}]
`;

/** How a command has a container run. */
function readCommand(code: string, image: Image, directory: string) {
  const words = code.replaceAll("\\\n", " ").replaceAll('"', "").trim().split(/\s+/);
  const at = words.indexOf("vipps-login-mock");
  const { values, positionals } = parseArgs({
    args: words.slice(1, at),
    allowPositionals: true,
    options: {
      rm: { type: "boolean" },
      publish: { type: "string", short: "p", default: "" },
      volume: { type: "string", short: "v" },
      "read-only": { type: "boolean", default: false },
      "cap-drop": { type: "string" },
      "security-opt": { type: "string" },
    },
  });
  expect([words[0], ...positionals]).toEqual(["docker", "run"]);
  const [source = "", target = "", options = ""] = values.volume?.split(":") ?? [];
  const mount = { source: source.replace("$PWD", directory), target, options };
  const [, outside, inside] = values.publish.split(":");
  const hardened =
    values["cap-drop"] === "ALL" && values["security-opt"] === "no-new-privileges:true";
  const mounts = [...image.mounts, ...(values.volume === undefined ? [] : [mount])];
  const spec = specOf({ ...image, mounts, cmd: words.slice(at + 1) });
  const port = { outside: Number(outside), inside: Number(inside) };
  return { port, spec: { ...spec, readOnly: values["read-only"], hardened } };
}

describeWith(CONTAINERS, "docker run", () => {
  const images = standIns();

  it("is on the page alone, with a config, and with all that makes it safe", () => {
    expect(COMMANDS.map(([name]) => name)).toEqual(["run", "config", "hardened"]);
  });

  it.each(COMMANDS)("starts a mock that people log in to: %s", async (name, code) => {
    const image = await images.built(ROOT);
    const { path, remove } = await directoryWith({ "vipps-login-mock.yaml": CONFIG });
    onTestFinished(remove);
    const host = await openHost({ vipps: [] });
    onTestFinished(() => host.close());
    const { spec, port } = readCommand(code, image, path);
    const container = await host.start("vipps", spec);
    await healthy(container, image.healthcheck ?? []);
    const socket = await host.publish("vipps", port.inside);
    const base = `http://localhost:${port.outside}`;
    const reach = reachBy({ [new URL(base).host]: socket });
    const shop = { ...(name === "config" ? MY_SHOP : SHOP), redirectUri: REDIRECT_URI };
    expect(await logIn(shop, base, reach)).toMatchObject({ name: "Ada Nordmann" });
    expect((await reach(new Request(`${base}/mock/api/users/ada`))).status).toBe(200);
  });
});
