/**
 * Whether a text is a URL, seen from another one if that is given. In place of `URL.canParse`: on Node 20 and 22 that
 * one takes letters beyond ASCII for no URL, once it has run so often that V8 calls it in a shorter way.
 */
export function isUrl(text: string, base?: string): boolean {
  try {
    new URL(text, base);
    return true;
  } catch {
    return false;
  }
}
