import { isUrl } from "../platform/url.ts";
import { ISSUER_PATH, PATHS } from "../request/addresses.ts";

/** What doctor says of addresses, from what it has seen of them. */

/** What was set about the addresses of a mock when it was started. */
export interface AddressSettings {
  readonly publicUrl: string | null;
  readonly pinnedIssuer: string | null;
  readonly trustProxy: boolean;
}

/** The base in what people have at hand: itself, an issuer, or the address of a discovery document. */
export function baseIn(address: string): string {
  const url = address.replace(/\/+$/, "");
  const end = [PATHS.discovery, ISSUER_PATH.replace(/\/$/, "")].find((path) => url.endsWith(path));
  return end === undefined ? url : url.slice(0, -end.length);
}

/** What gives the callers of a base that base back, where they get another issuer. */
export function adviceFor(base: string, issuer: string, settings: AddressSettings): string {
  const { publicUrl, pinnedIssuer, trustProxy } = settings;
  if (pinnedIssuer !== null) {
    return "Configure the client with that issuer, or start the mock without --issuer.";
  }
  const isSameHost = isUrl(issuer) && new URL(issuer).host === new URL(base).host;
  // A sandbox is below the address of the mock.
  const root = base.replace(/\/s\/[^/]+$/, "");
  const byUrl = publicUrl === null ? `start the mock with --public-url ${root}` : undefined;
  const isBare = /^http:\/\/[^/]+$/.test(root);
  if (!isSameHost) {
    const handOn =
      "let the proxy hand on the Host header (nginx: proxy_set_header Host $http_host;)";
    const forward = trustProxy
      ? "send X-Forwarded-Host"
      : "send X-Forwarded-Host to a mock that is started with --trust-proxy";
    return sentence(`${handOn} or ${forward}`, isBare ? undefined : byUrl);
  }
  if (byUrl !== undefined) {
    const orForward = trustProxy
      ? ", or let the proxy send X-Forwarded-Proto and X-Forwarded-Prefix"
      : "";
    return sentence(`${byUrl}${orForward}`);
  }
  return `Call the mock at ${publicUrl}, or change --public-url to ${root}.`;
}

function sentence(...parts: readonly (string | undefined)[]): string {
  const text = parts.filter((part) => part !== undefined).join(", and ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Whether a name means something only in a container network, or between a container and its host. */
export function isContainerName(hostname: string): boolean {
  if (hostname === "localhost" || hostname.startsWith("[")) return false;
  return !hostname.includes(".") || /\.(docker|containers)\.internal$/.test(hostname);
}

/** What to do where browsers are sent to such a name. */
export function containerNameAdvice(front: string, { publicUrl }: AddressSettings): string {
  const { port, protocol } = new URL(front);
  const example = `${protocol}//localhost${port === "" ? "" : `:${port}`}`;
  return (
    "That is right for a browser in the same network. For any other, " +
    `${publicUrl === null ? "start the mock with" : "change"} --public-url ` +
    `${publicUrl === null ? "and" : "to"} the address that it uses, such as ${example}.`
  );
}
