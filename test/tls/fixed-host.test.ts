import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/certificates.ts";
import { runProgram } from "../support/program.ts";
import { describeWith } from "../support/requirement.ts";

/**
 * Clients that can be pointed at no other address than the real service's. They run as they are, on port 443,
 * in a network in which the real service's names lead to the mock.
 */

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Whoever is not root may be it in a namespace of its own, where the system lets everybody have one. */
const namespaces = ["--net", "--mount", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];

async function succeeds(script: string): Promise<boolean> {
  const { ended } = runProgram("unshare", [...namespaces, "sh", "-ec", script]);
  return ended.then(
    ({ code }) => code === 0,
    () => false,
  );
}

const title = "a client with a fixed host";
const requirement = {
  name: "ip and curl",
  install: "apt-get install iproute2 curl",
  isInstalled: await succeeds("ip link set lo up && command -v curl"),
};

function tests(): void {
  it("logs somebody in over https on port 443 as it is: Auth.js, and curl", async () => {
    const directory = await temporaryDirectory();
    const script = [here("inside/network.sh"), directory];
    const programs = [here("../../dist/main.js"), here("inside/log-in.ts")];
    const argv = [...namespaces, "sh", "-e", ...script, ...programs];
    const { code, out, err } = await runProgram("unshare", argv, { cwd: here("../..") }).ended;
    expect([code, err]).toEqual([0, expect.not.stringContaining("Error")]);
    const { origins, session } = JSON.parse(out);
    expect(origins).toEqual(["https://api.vipps.no"]);
    expect(session.user).toMatchObject({ name: "Ada Nordmann", email: "ada@example.com" });
    const discovery = await readFile(join(directory, "discovery"), "utf8");
    expect(discovery.match(/"issuer":"[^"]*"/g)).toEqual([
      '"issuer":"https://api.vipps.no/access-management-1.0/access/"',
      '"issuer":"https://apitest.vipps.no/access-management-1.0/access/"',
    ]);
  });
}

// A container may have a root who may make no namespaces.
if (await succeeds("mount --bind /dev/null /etc/hosts")) describeWith(requirement, title, tests);
else describe.skip(`${title}: needs root, or namespaces for everybody`, tests);
