import { describe, expect, it } from 'vitest';

import { formatShareToken, readShareToken } from './token.ts';

describe('the token of a share', () => {
  const token = formatShareToken('secret', 'abc123');

  it('gives its id to who made it', () => {
    expect(readShareToken('secret', token)).toBe('abc123');
    expect(token).toMatch(/^abc123\.[\w-]{43}$/);
  });

  it('gives nothing for what is forged', () => {
    expect(readShareToken('other', token)).toBeUndefined();
    const swapped = `abc124${token.slice('abc123'.length)}`;
    for (const forged of [
      swapped,
      'abc123',
      'abc123.',
      `${token}x`,
      token.slice(0, -1),
      '',
      '.',
      `.${token}`,
      ' ',
      '\0',
    ]) {
      expect(readShareToken('secret', forged), forged).toBeUndefined();
    }
  });
});
