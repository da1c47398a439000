import { describe, expect, it } from 'vitest';

import { encodeTerm, markOf, marksOf, tenantPrefix } from './encode.ts';

describe('ME-2 encoding of terms', () => {
  it('leaves small letters, digits and other scripts, and moves all other ASCII', () => {
    expect(encodeTerm('abc123北京é')).toBe('abc123北京é');
    for (let code = 0; code < 128; code++) {
      const sign = String.fromCharCode(code);
      expect(encodeTerm(sign), sign).toMatch(/^(?:[a-z0-9]|[\ue000-\ue07f])$/);
    }
    expect(encodeTerm('a.b')).not.toBe(encodeTerm('a-b'));
    expect(encodeTerm('\ud800')).toBe('\ufffd');
    expect(encodeTerm(`${'a'.repeat(199)}😀`)).toBe(`${'a'.repeat(199)}\ufffd`);
  });

  it('gives each tenant a prefix of one length', () => {
    const prefixes = Array.from({ length: 2000 }, (_, n) => tenantPrefix(`tenant ${n}`));
    expect(prefixes.every((prefix) => /^[a-z0-9]{6}$/.test(prefix))).toBe(true);
    expect(new Set(prefixes).size).toBe(2000);
  });

  it('marks the distinct terms with three bytes each', () => {
    const marks = Buffer.from(marksOf(['a', 'b', 'a', '北京']));
    expect(marks).toHaveLength(9);
    for (const term of ['a', 'b', '北京']) expect(marks.includes(Buffer.from(markOf(term)))).toBe(true);
    expect(marks.includes(Buffer.from(markOf('c')))).toBe(false);
  });
});
