import { runProgram } from "../support/program.ts";
import type { Requirement } from "../support/requirement.ts";
import { debian } from "../support/requirement.ts";

/** Namespaces for everything that a container has to itself: only root may make them. */
const namespaces = ["--net", "--mount", "--pid", "--fork"];
const bridge = ["ip", "link", "add", "name", "bridge", "type", "bridge"];

async function hasNamespaces(): Promise<boolean> {
  const { ended } = runProgram("unshare", [...namespaces, ...bridge]);
  return ended.then(
    ({ code }) => code === 0,
    () => false,
  );
}

const programs = debian(
  "curl, ip, nginx and Redis",
  "curl iproute2 nginx-light redis-server",
  ...["/usr/bin/curl", "/usr/sbin/ip", "/usr/sbin/nginx", "/usr/bin/redis-server"],
);

/** What runs containers without a container engine. */
export const CONTAINERS: Requirement = {
  ...programs,
  name: `root who may make namespaces, ${programs.name}`,
  isInstalled: programs.isInstalled && (await hasNamespaces()),
};
