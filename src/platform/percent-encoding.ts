/** Whether a text can be decoded: each percent sign begins a byte, and the bytes are UTF-8. */
export function isPercentEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}
