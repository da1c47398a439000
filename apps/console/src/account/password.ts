/** Fewest and most characters of a password, as docs/api.md says. */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;

/** What is wrong with a password that somebody wants, before the server is asked; undefined: nothing. */
export function problemOf(wanted: string, repeated: string, current: string): 'short' | 'same' | 'differs' | undefined {
  if (wanted.length < PASSWORD_LENGTH.min) return 'short';
  if (wanted === current) return 'same';
  return wanted === repeated ? undefined : 'differs';
}
