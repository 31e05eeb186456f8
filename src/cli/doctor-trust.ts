import { isUntrusted, trustingFetch } from "../http/trusting-fetch.ts";
import { findKeptCa } from "../tls/options.ts";
import { askingBy, reasonOf } from "./ask.ts";

/** Whether this program trusts a mock that is called over https, and how it is looked at if not. */

/** How a doctor reaches a mock. */
interface Trust {
  /** What carries the requests; undefined where nothing else can be seen of it. */
  readonly reach: typeof fetch | undefined;
  /** What there is to say of the certificate; left out where nothing is known of one. */
  readonly finding?: { readonly ok: boolean; readonly what: string; readonly remedy?: string };
}

/** A certificate that is not trusted is no reason to look at nothing else: the CA that is kept helps on. */
export async function checkTrust(base: string, tlsDir: string | undefined): Promise<Trust> {
  if (!/^https:/i.test(base)) return { reach: fetch };
  try {
    await askingBy(fetch)(base, () => undefined, { redirect: "manual" });
    const what = `the certificate of ${base} is trusted by this program`;
    return { reach: fetch, finding: { ok: true, what } };
  } catch (error) {
    if (!isUntrusted(error)) return { reach: fetch };
    const what = `the certificate of ${base} is not trusted by this program: ${reasonOf(error)}`;
    const caFile = findKeptCa({ tlsDir });
    const ca = caFile ?? "the path of its CA, which the mock printed at start";
    const remedy = `Set NODE_EXTRA_CA_CERTS to ${ca}; docs/https.md says the same of other runtimes.`;
    const finding = { ok: false, what, remedy };
    return { reach: caFile === undefined ? undefined : trustingFetch(caFile), finding };
  }
}
