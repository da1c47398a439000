import { describe, expect, it } from 'vitest';

import { visible } from './visible.ts';

describe('characters that reorder text (QA-4)', () => {
  it('are named instead of obeyed', () => {
    expect(visible('invoice\u202egpj.exe')).toBe('invoice⟨U+202E⟩gpj.exe');
    expect(visible('a\u2066b\u2069')).toBe('a⟨U+2066⟩b⟨U+2069⟩');
  });

  it('leave Chinese, Arabic and emoji as they are', () => {
    for (const text of ['磐石', 'مرحبا', '👩‍💻']) expect(visible(text)).toBe(text);
  });
});
