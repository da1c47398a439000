import { HoldfastError } from '@holdfast/protocol';

import type { WorkingItem } from './working.ts';

/** What a conversation at hand may hold. */
export const BOUNDS = { items: 10_000, chars: 100_000, name: 200, charsAtOnce: 4_000_000 } as const;

/** @throws HoldfastError INVALID_ARGUMENT for a name or item that cannot be kept. */
export function checkItems(session: string, items: readonly WorkingItem[]): void {
  if (session === '' || session.length > BOUNDS.name || session.includes('\0') || !session.isWellFormed()) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The name of a conversation has 1 to ${BOUNDS.name} characters. Nothing was kept.`,
    );
  }
  const length = items.reduce(
    (sum, { text, role, attributes }) => sum + text.length + role.length + JSON.stringify(attributes).length,
    0,
  );
  if (length > BOUNDS.charsAtOnce) {
    throw new HoldfastError(
      'TOO_LARGE',
      `At most ${BOUNDS.charsAtOnce} characters are added at once; these are ${length}. Nothing was kept; add them in parts.`,
    );
  }
  for (const { text, role } of items) {
    if (text.length > BOUNDS.chars) {
      throw new HoldfastError(
        'TOO_LARGE',
        `An item of a conversation has at most ${BOUNDS.chars} characters; this one has ${text.length}. Nothing was kept; cut it.`,
      );
    }
    // PostgreSQL keeps no NUL, and so nobody does.
    if (text.includes('\0') || role.includes('\0') || !text.isWellFormed()) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        'An item of a conversation has a NUL character, or half of a character. Nothing was kept.',
      );
    }
  }
}

/** What is thrown where a conversation is full. */
export function tooMany(session: string): HoldfastError {
  return new HoldfastError(
    'LIMIT_EXCEEDED',
    `The conversation "${session}" has ${BOUNDS.items} items, which is the most. Nothing was added; begin another one.`,
  );
}

/** What is thrown where another number of items is there than was believed. */
export function otherCount(session: string, expected: number, found: number): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `The conversation "${session}" has ${found} items, not ${expected}: somebody added some. Nothing was kept; read it again.`,
    { details: { count: found } },
  );
}
