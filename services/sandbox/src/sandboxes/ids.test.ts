import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { newSandboxId } from './ids.ts';

describe('newSandboxId (SB-1)', () => {
  it('makes ids that fit into a host name', () => {
    for (let round = 0; round < 100; round += 1) expect(newSandboxId(randomBytes)).toMatch(/^i[a-z0-9]{19}$/);
  });

  it('leaves out bytes that would favour some letters', () => {
    let call = 0;
    const random = (bytes: number) => new Uint8Array(bytes).fill(call++ === 0 ? 255 : 1);
    expect(newSandboxId(random)).toBe(`i${'b'.repeat(19)}`);
  });
});
