import { describe, expect, it } from 'vitest';

import { problemOf } from './password.ts';

describe('a new password', () => {
  it('is long enough, another one, and typed twice alike', () => {
    expect(problemOf('too short', 'too short', 'x')).toBe('short');
    expect(problemOf('long enough', 'long enough', 'long enough')).toBe('same');
    expect(problemOf('long enough', 'long enouhg', 'x')).toBe('differs');
    expect(problemOf('long enough', 'long enough', 'x')).toBeUndefined();
  });
});
