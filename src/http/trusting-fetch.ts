/**
 * A `fetch` that trusts one more CA than Node does: the global one takes that from the environment alone,
 * before the program starts.
 *
 * @param caFile the CA's certificate, as PEM; it is read with the first request
 */
export function trustingFetch(caFile: string): typeof globalThis.fetch {
  let made: Promise<typeof globalThis.fetch> | undefined;
  return async (...request) => {
    made ??= make(caFile);
    const reach = await made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return reach(...request);
  };
}

/** Most programs call no mock by https. */
async function make(caFile: string): Promise<typeof globalThis.fetch> {
  const { createTrustingFetch } = await import("./outgoing-fetch.ts");
  return createTrustingFetch(caFile);
}

/** How OpenSSL and Node say that nobody has vouched for a certificate whom they trust. */
const UNTRUSTED: ReadonlySet<string | undefined> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Whether a request failed because the server's certificate comes from a CA that is not trusted here. */
export function isUntrusted(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return UNTRUSTED.has((cause as { readonly code?: string } | undefined)?.code);
}
