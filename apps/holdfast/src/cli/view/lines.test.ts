import { describe, expect, it } from 'vitest';

import { sayIn } from '../i18n/lang.ts';
import { lineOf } from './lines.ts';
import { styleFor } from './text.ts';

describe('what was recalled, in one line (ME-2)', () => {
  const line = (data: { count: number; ids: string[]; missing: string[] }, lang: 'en' | 'zh' = 'en') =>
    lineOf({ id: '1-1', type: 'memory.recalled', data }, sayIn(lang), styleFor(false));

  it('says how many', () => {
    expect(line({ count: 1, ids: ['a'], missing: [] })).toBe('Recalled one memory.');
    expect(line({ count: 3, ids: ['a', 'b', 'c'], missing: [] })).toBe('Recalled 3 memories.');
    expect(line({ count: 3, ids: ['a', 'b', 'c'], missing: [] }, 'zh')).toBe('回忆起 3 条记忆。');
  });

  it('says what could not be asked, harmless for a terminal', () => {
    expect(line({ count: 0, ids: [], missing: ['dense: \u001b[31mgone\u001b[0m\n', 'graph: late'] })).toBe(
      'Recalled 0 memories. dense: gone ; graph: late',
    );
  });
});
