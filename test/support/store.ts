/** Stores for tests that are about how the store is used. */

/** The same with some methods replaced. */
export function replaced<Each extends object>(original: Each, methods: Partial<Each>): Each {
  return new Proxy(original, {
    get(target, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
