import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { validate } from "../../src/cli/validate.ts";
import { ROOT } from "../docs/pages.ts";
import { directoryWith, terminalIn } from "../support/command.ts";
import { runProgram } from "../support/program.ts";
import { describeWith } from "../support/requirement.ts";
import { until } from "../support/wait.ts";
import type { Reach } from "./browser.ts";
import { logIn, reachBy } from "./browser.ts";
import type { Host } from "./host.ts";
import { openHost } from "./host.ts";
import type { Workload } from "./manifests.ts";
import { all, environmentOf, MANIFESTS, one, WORKLOADS } from "./manifests.ts";
import type { Pod } from "./pods.ts";
import { startPod } from "./pods.ts";
import { CONTAINERS } from "./requirement.ts";
import { standIns } from "./stand-ins.ts";

/** The manifests for Kubernetes: by its types, by what belongs together in them, and by what they start. */

const MOCK = "vipps-login-mock";
const REDIS = "vipps-login-mock-redis";

/** That of the Ingress. */
const HOST = "vipps.example.com";

/** The sales unit of the ConfigMap. */
const SHOP = {
  id: "my-shop",
  secret: "public-mock-secret-of-my-shop",
  redirectUri: "https://shop.example.com/callback",
};

describe("the manifests", () => {
  it("are what Kubernetes takes, without a field that it does not know", async () => {
    const directory = mkdtempSync(join(tmpdir(), "vipps-login-mock-manifests-"));
    const types = join(ROOT, "node_modules/kubernetes-types/*");
    const compilerOptions = {
      strict: true,
      noEmit: true,
      types: [],
      paths: { "kubernetes-types/*": [types] },
    };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const lines = MANIFESTS.map((manifest) => {
      const [, group = "core", version] =
        /^(?:([a-z]+)[.\w]*\/)?(\w+)$/.exec(manifest.apiVersion ?? "") ?? [];
      const type = `import("kubernetes-types/${group}/${version}.d.ts").${manifest.kind}`;
      return `(${JSON.stringify(manifest)}) satisfies ${type};`;
    });
    const unknown =
      '{ kind: "Secret", stringDta: {} } satisfies import("kubernetes-types/core/v1.d.ts").Secret';
    writeFileSync(
      join(directory, "manifests.ts"),
      [...lines, "// @ts-expect-error: no field has that name.", `(${unknown});`].join("\n"),
    );
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const { ended } = runProgram(process.execPath, [compiler, "--project", directory]);
    expect(await ended).toEqual({ code: 0, out: "", err: "" });
    rmSync(directory, { recursive: true });
  });

  it.each(WORKLOADS.map((each) => [each.name, each] as const))(
    "run %s as nobody who can do anything, on a root that is read-only",
    (_, { template, container }) => {
      expect(template.spec).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      expect(container.image).toMatch(/^[\w/-]+:\d+\.\d+\.\d+(-\w+)?$/);
    },
  );

  it("run the image of this version", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(workload(MOCK).container.image).toBe(`${MOCK}:${version}`);
  });

  it("have pods that their selectors find", () => {
    const pods = WORKLOADS.map(({ template }) => template.metadata?.labels ?? {});
    const selectors = [
      ...WORKLOADS.map(({ selector }) => selector),
      ...all("Service").map(({ spec }) => spec?.selector),
      ...all("PodDisruptionBudget").map(({ spec }) => spec?.selector?.matchLabels),
      ...all("NetworkPolicy").map(({ spec }) => spec?.podSelector?.matchLabels),
      ...all("NetworkPolicy").flatMap(
        ({ spec }) => spec?.ingress?.[0]?.from?.map((from) => from.podSelector?.matchLabels) ?? [],
      ),
    ];
    for (const selector of selectors) {
      expect(Object.keys(selector ?? {})).not.toEqual([]);
      expect(pods.filter((labels) => isPart(selector ?? {}, labels))).toHaveLength(1);
    }
    for (const { selector, template } of WORKLOADS)
      expect(isPart(selector, template.metadata?.labels ?? {})).toBe(true);
  });

  it("name ports that there are", () => {
    for (const { spec } of all("Service")) {
      const { container } =
        WORKLOADS.find(({ selector }) => isPart(spec?.selector ?? {}, selector)) ?? workload("");
      const names = container.ports?.map(({ name }) => name);
      for (const { targetPort } of spec?.ports ?? []) expect(names).toContain(targetPort);
    }
    const [backend] = all("Ingress").flatMap(({ spec }) => spec?.rules?.[0]?.http?.paths ?? []);
    const service = one("Service", backend?.backend.service?.name ?? "");
    expect(service.spec?.ports?.map(({ name }) => name)).toContain(
      backend?.backend.service?.port?.name,
    );
  });

  it("mount what there is, and lead browsers to the host of the public URL", () => {
    const names = new Set(all("ConfigMap").map(({ metadata }) => metadata?.name));
    for (const { template } of WORKLOADS)
      for (const { configMap } of template.spec?.volumes ?? [])
        expect(names).toContain(configMap?.name);
    const publicUrl = new URL(
      environmentOf(workload(MOCK).container)["VIPPS_LOGIN_MOCK_PUBLIC_URL"] ?? "",
    );
    const { spec } = one("Ingress", MOCK);
    expect(spec?.rules?.map(({ host }) => host)).toEqual([publicUrl.host]);
    expect(spec?.tls?.[0]?.hosts).toEqual([publicUrl.host]);
  });

  it("give the mock more time to end than it takes, and options that it has", () => {
    const { container, template } = workload(MOCK);
    const waits = Number(container.lifecycle?.preStop?.exec?.command?.[1]);
    expect(template.spec?.terminationGracePeriodSeconds).toBeGreaterThan(waits + 10);
    expect(parseArguments([], environmentOf(container))).toMatchObject({
      name: "start",
      options: { logFormat: "json", controlToken: "public-mock-secret-of-control" },
    });
  });

  it("ask whether the process lives where it may be ended, and for its store where it may wait", () => {
    const { container } = workload(MOCK);
    const pathOf = (probe: "startupProbe" | "livenessProbe" | "readinessProbe") =>
      container[probe]?.httpGet?.path;
    expect([pathOf("startupProbe"), pathOf("livenessProbe")]).toEqual([
      "/mock/api/live",
      "/mock/api/live",
    ]);
    expect(pathOf("readinessProbe")).toBe("/mock/api/health");
  });

  it("have a config that is valid", async () => {
    const { path, remove } = await directoryWith(one("ConfigMap", MOCK).data);
    const { io, out } = terminalIn(path);
    expect(await validate("vipps-login-mock.yaml", io)).toBe(0);
    expect(out()).toBe("vipps-login-mock.yaml is valid: 20 users, 1 sales unit\n");
    await remove();
  });
});

describeWith(CONTAINERS, "what the manifests start", () => {
  const images = standIns();
  let host: Host;
  let redis: Pod;
  let mocks: readonly Pod[];

  beforeAll(async () => {
    const pods = { [`${REDIS}-0`]: [REDIS], [`${MOCK}-0`]: [], [`${MOCK}-1`]: [] };
    host = await openHost(pods);
    redis = await startPod(host, images, workload(REDIS), 0);
    // One that starts without it ends.
    await until(() => redis.passes("readinessProbe"));
    const { replicas } = workload(MOCK);
    const starting = Array.from({ length: replicas }, (_, number) =>
      startPod(host, images, workload(MOCK), number),
    );
    mocks = await Promise.all(starting);
    for (const pod of [redis, ...mocks]) await until(() => pod.passes("readinessProbe"));
  });
  afterAll(() => host?.close());

  it("passes each probe, which comes from elsewhere and has no token", async () => {
    for (const pod of [redis, ...mocks])
      for (const name of ["startupProbe", "livenessProbe", "readinessProbe"] as const) {
        expect(await pod.passes(name), `${pod.name} ${name}`).toBe(true);
      }
  });

  it("logs somebody in, whichever of the mocks each request goes to", async () => {
    let turn = 0;
    // An Ingress ends TLS, and hands on by which name it was called.
    const ingress: Reach = async (request) => {
      const { method, headers } = request;
      const body = method === "POST" ? await request.text() : null;
      const url = request.url.replace(/^https:/, "http:");
      const socket = mocks[turn++ % mocks.length]?.socket ?? "";
      return reachBy({ [HOST]: socket })(new Request(url, { method, headers, body }));
    };
    const user = await logIn(SHOP, `https://${HOST}`, ingress);
    expect(user).toMatchObject({ name: "Ada Nordmann" });
    expect(turn).toBeGreaterThan(4);
  });

  it("gets no requests and is not started anew while Redis is away", async () => {
    redis.container.kill("SIGKILL");
    await redis.container.ended;
    for (const pod of mocks) {
      await until(async () => !(await pod.passes("readinessProbe")));
      expect(await pod.passes("livenessProbe")).toBe(true);
    }
  });

  it("ends in order when it is told to", async () => {
    for (const { container } of mocks) container.kill("SIGTERM");
    for (const { container } of mocks) expect(await container.ended).toBe(0);
  });
});

function workload(name: string): Workload {
  const found = WORKLOADS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`nothing runs ${name}`);
  return found;
}

type Labels = Readonly<Record<string, string>>;

function isPart(some: Labels, all: Labels): boolean {
  return Object.entries(some).every(([name, value]) => all[name] === value);
}
