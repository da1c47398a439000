import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { sameSecret, signatureOf } from './signature.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64').replace(/=+$/, '');

describe('signed URLs (QA-4)', () => {
  it('signs path, operation, user, token, and the end where there is one', () => {
    const access = { path: 'a b.txt', operation: 'read', username: '' } as const;
    expect(signatureOf(access, 'token')).toBe(`v1_${sha256('a b.txt:read::token')}`);
    expect(signatureOf({ ...access, expiration: '12' }, 'token')).toBe(`v1_${sha256('a b.txt:read::token:12')}`);
  });

  it('compares secrets of any length', () => {
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a', 'ab')).toBe(false);
    expect(sameSecret('', 'a')).toBe(false);
  });
});
