import { isUrl } from "../platform/url.ts";
import { OURS } from "../request/addresses.ts";

/** Places below the dashboard's folder: how a page says where it is, and where forms may lead. */

/** The dashboard's folder as seen from a path in it: `./` from `/mock/log`. */
export function rootFrom(path: string): string {
  const below = path.slice(OURS.length);
  const depth = below.split("/").length - 2;
  return depth < 0 ? `${OURS.slice(1)}/` : "../".repeat(depth) || "./";
}

/** Where a request is below the dashboard's folder, with its query; the overview is the folder's own name. */
export function placeAt(url: string): string {
  return url.startsWith(`${OURS}/`) ? url.slice(OURS.length + 1) : `..${url}`;
}

/** What is below the folder and has no bar that one could come from. */
const NO_PAGES = ["api", "changes", "enter", "sandbox"];

/**
 * Where a form came from, as a place below the dashboard's folder; undefined where that is no page of the
 * dashboard. What a form says of it may be anything.
 */
export function placeIn(from: string | null): string | undefined {
  const folder = "http://localhost/mock/";
  if (from === null || !isUrl(from, folder)) return undefined;
  const { href, origin, pathname, search } = new URL(from, folder);
  if (origin !== "http://localhost" || new URL(href).username !== "") return undefined;
  if (pathname === "/mock" || pathname === "/mock/") return `../mock${search}`;
  const below = pathname.slice("/mock/".length);
  const [first = ""] = below.split("/");
  const isPage = /^[a-z][a-z-]*$/.test(first) && !NO_PAGES.includes(first);
  return pathname.startsWith("/mock/") && isPage ? `${below}${search}` : undefined;
}
