import { describe, expect, it } from 'vitest';

import { unifiedLines } from './unified.ts';

describe('a diff in unified form', () => {
  it('has its lines with the numbers of both sides', () => {
    const diff = '--- a\n+++ b\n@@ -4,3 +4,3 @@\n four\n-five\n+cinq\n six\n\\ No newline at end of file\n';
    expect(unifiedLines(diff)).toEqual([
      { kind: 'skipped', text: '', before: 4, after: 4 },
      { kind: 'same', text: 'four', before: 4, after: 4 },
      { kind: 'removed', text: 'five', before: 5, after: undefined },
      { kind: 'added', text: 'cinq', before: undefined, after: 5 },
      { kind: 'same', text: 'six', before: 6, after: 6 },
    ]);
  });

  it('takes removed and added lines that look like headers for what they are, and hunks without lengths', () => {
    expect(unifiedLines('@@ -1 +1 @@\n--- old\n+++ new').map(({ kind, text }) => [kind, text])).toEqual([
      ['removed', '-- old'],
      ['added', '++ new'],
    ]);
  });

  it('is empty where nothing differs, or nothing is a diff', () => {
    expect(unifiedLines('')).toEqual([]);
    expect(unifiedLines('just words\nand more')).toEqual([]);
  });
});
