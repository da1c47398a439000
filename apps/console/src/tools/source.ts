/** Where tools come from. */
export const SOURCES = ['builtin', 'browser', 'files', 'skills', 'mcp', 'other'] as const;
/** One of them. */
export type Source = (typeof SOURCES)[number];

/** The source of a tool; `other` for one that a newer server knows. */
export function sourceOf(name: string): Source {
  return SOURCES.find((source) => source === name) ?? 'other';
}
