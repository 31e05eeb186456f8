import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { isUrl } from "../platform/url.ts";
import { quoted } from "./problem.ts";

/** Host names and addresses as a certificate has them. */

/** What stands for every address of a machine; nobody can call it. */
const EVERYWHERE: readonly string[] = ["0.0.0.0", "::"];

/** A name in lower case, or an address without brackets; a sentence where the text is neither. */
type ReadHost = { readonly host: string } | { readonly problem: string };

/** @param text one host, as somebody wrote it */
export function readHost(text: string): ReadHost {
  const refuse = (problem: string): ReadHost => ({ problem: `${quoted(text)} ${problem}` });
  const given = text.trim();
  if (given === "") return refuse("is empty; name a host");
  if (given.includes("*")) {
    return refuse("is a wildcard; name each host that is called, such as api.vipps.no");
  }
  if (/[/?#@]/.test(given)) {
    const host = isUrl(given) ? new URL(given).hostname : "";
    return refuse(`is no host; leave out all but the name${host && `: ${host}`}`);
  }
  const address = canonicalAddress(given);
  if (address !== undefined) {
    return EVERYWHERE.includes(address)
      ? refuse("stands for every address; name those that are called")
      : { host: address };
  }
  if (/:\d*$/.test(given)) return refuse("has a port; leave it out");
  const name = domainToASCII(given.replace(/\.$/, ""));
  return isHostName(name)
    ? { host: name }
    : refuse("is neither a host name nor an address; write it as clients do, such as api.vipps.no");
}

/** The address as URLs write it, without brackets; undefined where it is none. */
function canonicalAddress(text: string): string | undefined {
  const address = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) === 4) return address;
  // An address with a zone is one for Node, and none for URLs.
  const url = `http://[${address}]`;
  return isIP(address) === 6 && isUrl(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

/** An underscore is no part of a host name, but of those that containers have. */
function isHostName(name: string): boolean {
  const labels = name.split(".");
  const fits = labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label));
  return fits && name.length <= 253 && !/^\d+$/.test(labels.at(-1) ?? "");
}
