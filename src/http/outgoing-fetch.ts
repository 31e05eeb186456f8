import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request as requestByHttp } from "node:http";
import { Agent, request as requestByHttps } from "node:https";
import { isIPv6 } from "node:net";
import * as tls from "node:tls";
import { createFetch, responseOf } from "./standard-fetch.ts";

/** `fetch` over the network, with a CA of its own. */

/** @throws Error when the file cannot be read, or is no certificate */
export async function createTrustingFetch(caFile: string): Promise<typeof globalThis.fetch> {
  const ca = await readFile(caFile, "utf8");
  // Older Nodes do not say which CAs they have beside those that they bring along.
  const { getCACertificates } = tls as { getCACertificates?: () => readonly string[] };
  const trusted = [...(getCACertificates?.() ?? tls.rootCertificates), ca];
  const secureContext = tls.createSecureContext({ ca: trusted });
  const agent = new Agent({ secureContext, checkServerIdentity });
  const fetch = createFetch(async ({ url, method, headers, body }, signal) => {
    const options = {
      method,
      headers: { accept: "*/*", "user-agent": "node", ...Object.fromEntries(headers) },
      signal,
    };
    const sent =
      url.protocol === "https:"
        ? requestByHttps(url, { ...options, agent })
        : requestByHttp(url, options);
    sent.end(body);
    const [received] = (await once(sent, "response")) as [IncomingMessage];
    // What fails from here on is told by the body.
    sent.on("error", () => undefined);
    const { statusCode = 0, statusMessage = "" } = received;
    const response = responseOf(
      { statusCode, statusMessage, headers: received.headers, stream: () => received },
      method,
    );
    if (response.body === null) received.resume();
    return response;
  });
  return fetch as typeof globalThis.fetch;
}

/** Node 22.23 finds no IPv6 address in a certificate; OpenSSL does. */
function checkServerIdentity(host: string, certificate: tls.PeerCertificate): Error | undefined {
  const refusal = tls.checkServerIdentity(host, certificate);
  const isNamed = () => new X509Certificate(certificate.raw).checkIP(host) !== undefined;
  return refusal && isIPv6(host) && isNamed() ? undefined : refusal;
}
