import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { OPTION_NAMES, variableOf } from "../../src/config/options.ts";
import { ROOT } from "../docs/pages.ts";
import { readDockerfile } from "./dockerfile.ts";

/** What linters say of Dockerfiles, and what they cannot know. */

const NUMERIC = /^[1-9]\d*:[1-9]\d*$/;

describe.each([
  ["the image", ROOT],
  ["the shop's image", join(ROOT, "deploy/shop")],
])("the Dockerfile of %s", (_, context) => {
  const path = join(context, "Dockerfile");
  const stages = readDockerfile(path);
  const steps = stages.flatMap((stage) => stage.steps);
  const last = stages.at(-1)?.steps ?? [];
  const all = (keyword: string) => last.filter((step) => step.keyword === keyword);

  it("is right by its grammar", () => {
    expect(validate(readFileSync(path, "utf8"))).toEqual([]);
  });

  it("stands on one exact version", () => {
    const bases = new Set(stages.map(({ base }) => base));
    expect([...bases]).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/)]);
  });

  it("runs as a user whose number says that it is not root, to the end", () => {
    const users = all("USER");
    expect(users.map(({ text }) => text)).toEqual([expect.stringMatching(NUMERIC)]);
    const behind = last.slice(last.findIndex(({ keyword }) => keyword === "USER"));
    expect(behind.map(({ keyword }) => keyword)).not.toContain("RUN");
  });

  it("is started without a shell, and looked after", () => {
    for (const keyword of ["ENTRYPOINT", "HEALTHCHECK"]) {
      expect(all(keyword)).toHaveLength(1);
      const words = JSON.parse(all(keyword)[0]?.text.replace(/^CMD /, "") ?? "");
      expect(words[0]).toBe("node");
    }
    expect(Object.keys(all("HEALTHCHECK")[0]?.flags ?? {})).toEqual([
      "interval",
      "timeout",
      "start-period",
      "retries",
    ]);
  });

  it("brings in nothing but files, packages of the lock file and what is made of them", () => {
    expect(steps.map(({ keyword }) => keyword)).not.toContain("ADD");
    const commands = steps
      .filter(({ keyword }) => keyword === "RUN")
      .flatMap(({ text }) => text.split(" && "));
    expect(
      commands.filter((command) =>
        /\b(apt|apt-get|curl|wget|npx|sudo)\b|npm (i|install|update)\b/.test(command),
      ),
    ).toEqual([]);
    const installing = commands.filter((command) => command.startsWith("npm ci"));
    expect(installing).toEqual([expect.stringContaining("--ignore-scripts")]);
  });

  it("has no secret in its environment", () => {
    const names = all("ENV").flatMap(({ properties }) => Object.keys(properties));
    expect(names.filter((name) => /TOKEN|SECRET|PASSWORD|KEY/.test(name))).toEqual([]);
  });
});

describe("the Dockerfile of the image", () => {
  const read = (args = {}) => readDockerfile(join(ROOT, "Dockerfile"), args).at(-1)?.steps ?? [];
  const { version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const labels = (args = {}) => {
    const found = read(args).filter(({ keyword }) => keyword === "LABEL");
    return Object.assign({}, ...found.map(({ properties }) => properties));
  };
  const label = (name: string) => `org.opencontainers.image.${name}`;

  it("says what it is in the labels that registries show", () => {
    expect(labels()).toMatchObject({
      [label("title")]: "vipps-login-mock",
      [label("description")]: expect.stringContaining("Not made by Vipps MobilePay"),
      [label("licenses")]: license,
      [label("version")]: version,
      [label("source")]: "",
      [label("documentation")]: "",
    });
    const source = "https://code.example/vipps-login-mock";
    expect(labels({ SOURCE: source, VERSION: "9.8.7" })).toMatchObject({
      [label("version")]: "9.8.7",
      [label("source")]: source,
      [label("documentation")]: `${source}#readme`,
    });
  });

  it("sets variables that exist", () => {
    const properties = read()
      .filter(({ keyword }) => keyword === "ENV")
      .flatMap((step) => Object.keys(step.properties));
    const known = OPTION_NAMES.map(variableOf);
    expect(properties.filter((name) => name !== "NODE_ENV" && !known.includes(name))).toEqual([]);
  });

  it("sends what the package has to the builder, and no secret by accident", () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const [first, ...sent] = readFileSync(join(ROOT, ".dockerignore"), "utf8").trim().split("\n");
    expect(first).toBe("*");
    const names = sent.map((line) => line.replace("!", ""));
    // What is built is built anew.
    expect(names).toEqual(expect.arrayContaining(files.filter((name: string) => name !== "dist")));
    expect(names).not.toContain("dist");
  });
});
