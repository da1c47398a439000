/** Where decorators leave what a class says of itself (TC39 decorator metadata; engines without it use the same name). */
const METADATA: symbol = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');

/** The list under `key`, made for this very class: what it inherits is copied, never changed. */
export function ownList<T>(metadata: object | undefined, key: symbol): T[] {
  if (metadata === undefined) throw new TypeError('The decorators were not compiled as TC39 standard decorators.');
  const held = metadata as Record<symbol, T[]>;
  if (!Object.hasOwn(metadata, key)) held[key] = [...(held[key] ?? [])];
  return held[key] ?? [];
}

/** The list under `key` of a class; empty where there is none. */
export function listOf(value: unknown, key: symbol): readonly unknown[] {
  if (typeof value !== 'function') return [];
  const metadata = (value as unknown as Record<symbol, Record<symbol, unknown[]> | undefined>)[METADATA];
  return metadata?.[key] ?? [];
}
