import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataDirectory } from "../../src/platform/data-directory.ts";

describe("the directory for a user's data", () => {
  it.each([
    ["linux", { XDG_DATA_HOME: "/data", HOME: "/home/ada" }, "/data"],
    ["linux", { HOME: "/home/ada" }, "/home/ada/.local/share"],
    // The specification says to ignore one that is relative.
    ["linux", { XDG_DATA_HOME: "data", HOME: "/home/ada" }, "/home/ada/.local/share"],
    ["linux", { LOCALAPPDATA: "/local", HOME: "/home/ada" }, "/home/ada/.local/share"],
    ["win32", { LOCALAPPDATA: "/local", XDG_DATA_HOME: "/data" }, "/local"],
    ["linux", {}, join(homedir(), ".local/share")],
    ["linux", { HOME: "" }, join(homedir(), ".local/share")],
  ])("is on %s with %j %s", (system, variables, directory) => {
    expect(dataDirectory(variables, system)).toBe(directory);
  });

  it("is asked of the program's own environment and system", () => {
    expect(dataDirectory()).toBe(dataDirectory(process.env, process.platform));
  });
});
