import { expect, it } from 'vitest';

import { e2bKeyOf, keyOfE2b } from './e2b-key.ts';

it('writes a key as the SDKs of E2B accept it, and reads it back (SB-1)', () => {
  const key = `hf_abc_${'A-_z'.repeat(10)}123`;
  expect(e2bKeyOf(key)).toMatch(/^e2b_[0-9a-f]+$/);
  expect(keyOfE2b(e2bKeyOf(key))).toBe(key);
});

it('takes nothing else for one', () => {
  for (const text of ['', 'e2b_', 'e2b_xyz', 'e2b_abc', 'hf_abc_def', 'E2B_6162'])
    expect(keyOfE2b(text)).toBeUndefined();
});
