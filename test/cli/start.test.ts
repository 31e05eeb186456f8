import { expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { start } from "../../src/cli/start.ts";

it("gives its port back where something fails after it has begun to listen", async () => {
  const command = parseArguments(["--port", "0", "--json"], {});
  if (command.name !== "start") throw new Error(`it is ${command.name}`);
  let url = "";
  const started = start(command.options, {
    directory: import.meta.dirname,
    env: {},
    version: "0.0.0-test",
    out(text) {
      url = JSON.parse(text).url;
      throw new Error("nobody reads this");
    },
    err: () => {},
    stopped: new Promise(() => {}),
    hurried: new Promise(() => {}),
  });
  await expect(started).rejects.toThrow("nobody reads this");
  await expect(fetch(`${url}/mock/api/health`)).rejects.toThrow();
});
