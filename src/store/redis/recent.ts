/** So many things a process remembers of a collection. */
const MOST_REMEMBERED = 1000;

/** What was seen or used last: what nobody has used for longest is forgotten. */
export class Recent<Value> {
  readonly #seen = new Map<string, Value>();

  get(key: string): Value | undefined {
    const value = this.#seen.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#seen.delete(key);
    this.#seen.set(key, value);
    if (this.#seen.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  delete(key: string): void {
    this.#seen.delete(key);
  }

  clear(): void {
    this.#seen.clear();
  }
}
