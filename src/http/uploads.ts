import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorCodes } from "fastify";
import { Problem } from "../control/api/problem.ts";
import type { Upload } from "../dashboard/page.ts";
import { pathOf, readParts } from "./messages.ts";

/** How many bytes a form may have, and what to say of one that has more. */
interface UploadLimit {
  readonly limit: number;
  readonly tooLarge: string;
}

/**
 * Forms with a file (RFC 7578), at one path of a scope. Node itself reads them, as it does for `fetch`; so no
 * package is needed, and what a form may have is bounded by its bytes, which are read before.
 */
export function acceptUploads(scope: FastifyInstance, path: string, limit: UploadLimit): void {
  scope.addContentTypeParser(
    /^multipart\/form-data\b/i,
    async (request: FastifyRequest, payload: Readable) => {
      if (pathOf(request.url) !== path) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
      return read(request, payload, limit);
    },
  );
}

/** What came, or why it cannot be read: the page says so, and nothing else would be seen by people. */
async function read(
  { headers }: FastifyRequest,
  payload: Readable,
  { limit, tooLarge }: UploadLimit,
): Promise<Upload> {
  const fields = new URLSearchParams();
  const files = new Map<string, Uint8Array>();
  try {
    const parts = await readParts(payload, headers["content-length"], limit);
    const type = headers["content-type"] ?? "";
    const body = new Response(Buffer.concat(parts ?? []), { headers: { "content-type": type } });
    for (const [name, value] of await body.formData()) {
      if (typeof value === "string") fields.append(name, value);
      else if (value.size > 0) files.set(name, new Uint8Array(await value.arrayBuffer()));
    }
    return { fields, files, problem: undefined };
  } catch (error) {
    return { fields, files, problem: problemOf(error, tooLarge) };
  }
}

function problemOf(error: unknown, tooLarge: string): Problem {
  if (!(error instanceof Problem)) {
    return new Problem(400, "The form cannot be read: it is no multipart/form-data.");
  }
  return error.status === 413 ? new Problem(413, tooLarge) : error;
}
