import { rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { start } from "../../src/cli/start.ts";
import { directoryWith, optionsOf, terminalIn } from "../support/command.ts";
import { until } from "../support/wait.ts";

/** `--watch`, with real files: what is in them is in force as soon as it is there. */

/** What a test opened; closed after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function started(
  files: Readonly<Record<string, string>>,
  {
    argv = [],
    env = {},
  }: { argv?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
) {
  const { path, remove } = await directoryWith(files);
  open.push(remove);
  const terminal = terminalIn(path, env);
  const ended = start(optionsOf("--watch", "--json", ...argv), terminal.io);
  open.push(() => ended.catch(() => undefined));
  open.push(() => terminal.stop());
  await Promise.race([ended, until(() => terminal.err().includes("--watch: "))]);
  const { controlUrl } = JSON.parse(terminal.out());
  const users = async () => {
    const { items } = (await (await fetch(`${controlUrl}/users`)).json()) as {
      items: { id: string }[];
    };
    return items.map(({ id }) => id).join();
  };
  return {
    ...terminal,
    ended,
    path,
    controlUrl,
    users,
    write: (name: string, content: string) => writeFile(join(path, name), content),
    /** Waits until these are the users. */
    untilUsers: (ids: string) => until(async () => (await users()) === ids),
    /** Waits until the log has it. */
    untilTold: (told: string | RegExp) =>
      until(() =>
        typeof told === "string" ? terminal.err().includes(told) : told.test(terminal.err()),
      ),
  };
}

const NAME = "vipps-login-mock.yaml";

describe("--watch", () => {
  it("takes a changed file at once, and says in one line what changed", async () => {
    const { write, untilUsers, untilTold, err } = await started({ [NAME]: "users: [{id: ada}]" });
    expect(err()).toContain(`--watch: ${NAME} is taken anew whenever it changes`);
    await write(NAME, "users: [{id: ada}, {id: kari}]\nrules: {minimumAge: 15}\n");
    await untilUsers("ada,kari");
    await untilTold(
      /INFO {2}vipps-login-mock\.yaml was taken: rules\.minimumAge; users: added kari\n/,
    );
    await untilTold(/WARN {2}rules\.minimumAge is overridden: 15\n/);
  });

  it("takes a file that an editor has put in the place of the one before", async () => {
    const { path, write, untilUsers } = await started({ [NAME]: "users: [{id: ada}]" });
    for (const id of ["kari", "ola"]) {
      await write("draft", `users: [{id: ${id}}]`);
      await rename(join(path, "draft"), join(path, NAME));
      await untilUsers(id);
    }
  });

  it("takes a file whose name leads elsewhere, when it leads to another one", async () => {
    const { path, write, untilUsers } = await started({ "a.json": '{"users": [{"id": "ada"}]}' });
    await write("b.json", '{"users": [{"id": "kari"}]}');
    await symlink("a.json", join(path, "vipps-login-mock.json"));
    await untilUsers("ada");
    await symlink("b.json", join(path, "link"));
    await rename(join(path, "link"), join(path, "vipps-login-mock.json"));
    await untilUsers("kari");
    // Nothing of the name that is watched changes in the folder.
    await write("b.json", '{"users": [{"id": "ola"}]}');
    await untilUsers("ola");
  });

  it("takes nothing from a file with mistakes, tells each of them, and takes the next good one", async () => {
    const { write, users, untilUsers, untilTold } = await started({ [NAME]: "users: [{id: ada}]" });
    await write(NAME, "uzers: []\nusers: [{id: kari}]\nautoLogin: nobody\n");
    await untilTold(`${NAME} was not taken, and nothing changes: it has a problem`);
    await untilTold(
      /ERROR vipps-login-mock\.yaml: uzers: unknown key "uzers"; did you mean "users"\?\n/,
    );
    expect(await users()).toBe("ada");
    await write(NAME, "users: [{id: ka");
    await untilTold(/ERROR vipps-login-mock\.yaml: line 1, column \d+: /);
    expect(await users()).toBe("ada");
    await write(NAME, "users: [{id: kari}]");
    await untilUsers("kari");
  });

  it("says when a file is in order again that says what it said before", async () => {
    const content = "users: [{id: ada}]";
    const { write, untilTold } = await started({ [NAME]: content });
    await write(NAME, "users: [");
    await untilTold("was not taken");
    await write(NAME, content);
    await untilTold(`${NAME} is in order again, and says what it said before`);
  });

  it.each([
    [NAME, [], "it is gone; what it said stays in force until there is one again"],
    ["mine.yaml", ["--config", "mine.yaml"], "there is no such file"],
  ])("goes on with what a file said that is removed: %s", async (name, argv, told) => {
    const content = "users: [{id: ada}]";
    const { path, write, users, untilUsers, untilTold } = await started(
      { [name]: content },
      { argv },
    );
    await rm(join(path, name));
    await untilTold(told);
    expect(await users()).toBe("ada");
    await write(name, "users: [{id: kari}]");
    await untilUsers("kari");
  });

  it("watches for a file where there is none, and says so", async () => {
    const { write, untilUsers, err, path } = await started({});
    expect(err()).toContain(
      "--watch: there is no config file to watch; the first of vipps-login-mock.yaml, " +
        `vipps-login-mock.yml, vipps-login-mock.json that appears in ${path} is taken`,
    );
    await write("vipps-login-mock.json", '{"users": [{"id": "kari"}]}');
    await untilUsers("kari");
  });

  it("refuses to choose between two files", async () => {
    const { write, untilTold } = await started({ [NAME]: "users: [{id: ada}]" });
    await write("vipps-login-mock.json", "{}");
    await untilTold("vipps-login-mock.json is there too; keep one");
  });

  it("keeps what the command line says, and takes variables from the environment", async () => {
    const { write, untilUsers, untilTold, controlUrl, err } = await started(
      { [NAME]: "users: [{id: ada}]" },
      { argv: ["--auto-login", "ada"], env: { EXTRA: "kari" } },
    );
    await write(NAME, "users: [{id: ada}, {id: '${EXTRA}'}]\nautoLogin: kari\n");
    await untilUsers("ada,kari");
    const settings = await (await fetch(`${controlUrl}/settings`)).json();
    expect(settings).toMatchObject({ autoLogin: "ada" });
    await write(NAME, "users: [{id: kari}]");
    await untilTold('autoLogin: no user has the id or phone number "ada"');
    expect(err()).not.toContain("removed ada");
  });

  it("does nothing of what cannot be done as a whole, and goes on with the next save", async () => {
    const content = "users: [{id: ada}]\nlimits: {users: 2}\n";
    const { write, users, untilUsers, untilTold, controlUrl } = await started({ [NAME]: content });
    await fetch(`${controlUrl}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"id": "eve"}',
    });
    await write(NAME, `${content}rules: {minimumAge: 20}\n`.replace("}]", "}, {id: kari}]"));
    await untilTold(
      /ERROR vipps-login-mock\.yaml: users: the sandbox would have 3 users, .* limits\.users allows 2; /,
    );
    expect(await users()).toBe("ada,eve");
    const settings = await (await fetch(`${controlUrl}/settings`)).json();
    expect(settings).toMatchObject({ rules: { minimumAge: 18 } });
    await write(NAME, content);
    await untilTold(`${NAME} is in order again`);
    await write(NAME, content.replace("users: 2", "users: 3").replace("}]", "}, {id: kari}]"));
    await untilUsers("ada,eve,kari");
  });

  it("tells nothing that came from the environment, and its variable in place of it", async () => {
    const unit = "salesUnits: [{name: '${SHOP}', redirectUris: []}]";
    const { write, untilTold, untilUsers, err, controlUrl } = await started(
      { [NAME]: `users: [{id: ada}, {id: '\${WHO}'}]\n${unit}\n` },
      { env: { WHO: "secret-user", NUMBER: "4799999999", SHOP: "secret-shop" } },
    );
    await untilTold("so no login can go back to ${SHOP}");
    await fetch(`${controlUrl}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"id": "eve", "phoneNumber": "4799999999"}',
    });
    await write(NAME, "users: [{id: ada, phoneNumber: '${NUMBER}'}]");
    await untilTold('users[0].phoneNumber: "${NUMBER}" is the phoneNumber of the user "eve"');
    await write(NAME, "users: [{id: ada}]\nautoLogin: ada");
    await untilUsers("ada,eve");
    await untilTold("removed ${WHO}");
    await write(NAME, "users: [{id: ada}]\nsalesUnits: [{name: 'B ${SHOP}', redirectUris: []}]");
    await untilTold("so no login can go back to B ${SHOP}");
    for (const secret of ["secret-user", "4799999999", "secret-shop"]) {
      expect(err()).not.toContain(secret);
    }
  });

  it("warns of a variable without braces, once", async () => {
    const content = "users: [{id: ada, givenName: $FIRST}]\n";
    const { write, untilTold, err } = await started({ [NAME]: content });
    await write(NAME, content.replace("}]", ", familyName: $LAST}]"));
    await untilTold("users[0].familyName: it begins with $ and is taken as it stands");
    await write(NAME, "users: [{id: ada}]\n");
    await untilTold("changed ada");
    expect(err().split("givenName: it begins with $")).toHaveLength(2);
  });

  it("can be asked for by the environment, and is not there unless it is", async () => {
    const { path, remove } = await directoryWith({ [NAME]: "users: [{id: ada}]" });
    open.push(remove);
    const terminal = terminalIn(path);
    const ended = start(optionsOf("--json"), terminal.io);
    await until(() => terminal.out() !== "");
    terminal.stop();
    expect(await ended).toBe(0);
    expect(terminal.err()).not.toContain("--watch");
  });

  it("ends with the server, also in the middle of an edit", async () => {
    const { write, stop, ended } = await started({ [NAME]: "users: [{id: ada}]" });
    await write(NAME, "users: [{id: kari}]");
    stop();
    expect(await ended).toBe(0);
  });
});
