/** What was made a while ago, by name: what nobody has asked for since is let go. */
export interface Recent<T> {
  get(name: string): T | undefined;
  /** Returns the value. */
  put(name: string, value: T): T;
  clear(): void;
}

/**
 * Keeps values until those of a whole generation, `most` by their sizes, have come after them. At most two generations
 * are there at a time.
 */
export function createRecent<T>(most: number, sizeOf: (value: T) => number): Recent<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  let size = 0;
  const put = (name: string, value: T): T => {
    if (size >= most) {
      [young, old] = [new Map(), young];
      size = 0;
    }
    young.set(name, value);
    size += sizeOf(value);
    return value;
  };
  return {
    get(name) {
      const there = young.get(name);
      if (there !== undefined) return there;
      const before = old.get(name);
      return before === undefined ? undefined : put(name, before);
    },
    put,
    clear() {
      young = new Map();
      old = new Map();
      size = 0;
    },
  };
}
