import { describe, expect, it } from 'vitest';

import { diffLines } from './lines.ts';

describe('the diff of two texts', () => {
  it('has what was taken out and put in, with numbers of both sides and some context', () => {
    const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
    const lines = diffLines(before, before.replace('line 10', 'changed')) ?? [];
    expect(lines.map(({ kind }) => kind)).toEqual([
      'skipped',
      'same',
      'same',
      'same',
      'removed',
      'added',
      'same',
      'same',
      'same',
    ]);
    expect(lines[4]).toEqual({ kind: 'removed', text: 'line 10', before: 11, after: undefined });
    expect(lines[5]).toEqual({ kind: 'added', text: 'changed', before: undefined, after: 11 });
  });

  it('has all lines where all are wanted', () => {
    const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
    const lines = diffLines(before, before.replace('line 10', 'changed'), Number.POSITIVE_INFINITY) ?? [];
    expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(19);
  });

  it('is empty for the same text, and whole for a new one', () => {
    expect(diffLines('a\n', 'a\n')).toEqual([]);
    expect(diffLines('a\nb\n', '')?.map(({ kind }) => kind)).toEqual(['removed', 'removed']);
    expect(diffLines('', 'a\nb\n')?.map(({ kind, text }) => [kind, text])).toEqual([
      ['added', 'a'],
      ['added', 'b'],
    ]);
  });
});
