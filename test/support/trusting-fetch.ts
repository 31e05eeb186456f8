import type { RequestOptions } from "node:http";
import { request as httpRequest } from "node:http";
import type { RequestOptions as SecureOptions } from "node:https";
import { Agent, request as httpsRequest } from "node:https";

/**
 * A `fetch` that trusts one more certificate, without redirects. Node's own takes none while it runs.
 *
 * @param address where every https request goes, whatever host its URL names
 */
export function trustingFetch(
  certificate: string,
  address?: { readonly hostname: string; readonly port: number },
): typeof fetch {
  const agent = new Agent({ ca: certificate });
  return async (input, init) => {
    const request = new Request(input, init);
    if (request.url.startsWith("http:")) return fetch(request);
    return send(request, { agent, ...address });
  };
}

/** Sends a request to where its URL says, or to where the options say, under the name in its URL. */
export async function send(
  request: Request,
  options: RequestOptions & SecureOptions,
): Promise<Response> {
  const url = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const headers = { ...Object.fromEntries(request.headers), host: url.host };
  const { method } = request;
  const all = { method, headers, servername: url.hostname, ...options };
  return new Promise((resolve, reject) => {
    const start = url.protocol === "http:" ? httpRequest : httpsRequest;
    const sent = start(url, all, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const { statusCode: status = 0, rawHeaders } = incoming;
        const received = new Headers();
        for (let at = 0; at < rawHeaders.length; at += 2) {
          received.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
        }
        resolve(new Response(Buffer.concat(chunks), { status, headers: received }));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
