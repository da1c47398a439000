import { expect, it } from 'vitest';

import { ApiError } from '../api/error.ts';
import { conflictOf } from './conflict.ts';

const error = (details: Record<string, unknown>, code = 'CONFLICT') =>
  new ApiError({ code, message: '', details }, 409);

it('reads the merge that a conflict offers (TL-3)', () => {
  const details = { reason: 'changed', base: 1, current: 3, draft: '0123456789abcdef', merge: 'clean', merged: 'both' };
  expect(conflictOf(error(details))).toEqual({
    base: 1,
    current: 3,
    draft: '0123456789abcdef',
    merge: 'clean',
    merged: 'both',
  });
});

it('offers none where the text is missing, and takes no other error for a conflict', () => {
  expect(conflictOf(error({ current: 3, merge: 'clean' }))).toMatchObject({ base: 0, merge: 'none', draft: undefined });
  expect(conflictOf(error({}))).toBeUndefined();
  expect(conflictOf(error({ current: 3 }, 'NOT_FOUND'))).toBeUndefined();
  expect(conflictOf(new Error('no'))).toBeUndefined();
});
