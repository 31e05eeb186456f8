import type { FastifyReply, FastifyRequest } from "fastify";
import type { Problem } from "../control/api/problem.ts";
import { placeAt, rootFrom } from "../dashboard/place.ts";
import { DASHBOARD_POLICY } from "../dashboard/policy.ts";
import { isOurs, PATHS } from "../request/addresses.ts";
import { pathOf, sendPage } from "./messages.ts";
import { NoSandbox } from "./no-sandbox.ts";

/** Refusals of the mock's own pages, for the people who read them. */

export function wantsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/html") ?? false;
}

/** Whether somebody reads the response; the control API is for programs, whatever they accept. */
export function isForPeople(request: FastifyRequest): boolean {
  const path = pathOf(request.url);
  const isApi = path === PATHS.control || path.startsWith(`${PATHS.control}/`);
  return isOurs(path) && !isApi && wantsHtml(request);
}

export async function sendRefusalPage(
  refusal: Pick<Problem, "status" | "message">,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { refusalPage } = await import("../dashboard/serve.ts");
  const folder = rootFrom(pathOf(request.url));
  // What is below a sandbox that is not there is not there either: the default one has it.
  const root = refusal instanceof NoSandbox ? `${folder}../../../mock/` : folder;
  const link = linkFor(refusal.status, root, request);
  return sendPage(
    reply.code(refusal.status),
    await refusalPage(refusal, { root, link }),
    DASHBOARD_POLICY,
  );
}

/** Where to go on from there. */
function linkFor(status: number, root: string, { url }: FastifyRequest) {
  if (status === 403) return null;
  if (status !== 401) return { href: `${root}../mock`, label: "To the overview" };
  const to = encodeURIComponent(placeAt(url));
  return { href: `${root}enter?to=${to}`, label: "Get in with the token" };
}
