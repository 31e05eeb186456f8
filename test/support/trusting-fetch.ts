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
    const url = new URL(request.url);
    if (url.protocol === "http:") return fetch(request);
    const body = Buffer.from(await request.arrayBuffer());
    const headers = { ...Object.fromEntries(request.headers), host: url.host };
    const options = { method: request.method, headers, agent, servername: url.hostname };
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(url, { ...options, ...address }, (incoming) => {
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
  };
}
