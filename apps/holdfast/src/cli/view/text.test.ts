import { describe, expect, it } from 'vitest';

import { duration, harmless, oneLine, styleFor, table, width } from './text.ts';

describe('text for a terminal (QA-4)', () => {
  it.each([
    ['a\u001b[31mred\u001b[0m', 'ared'],
    ['\u001b]0;title\u0007x', 'x'],
    ['\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'link'],
    ['a\u0008b\u0000c\u009bd', 'abcd'],
    ['over\rwrite\r\nnext\ttab', 'over\nwrite\nnext\ttab'],
    ['left\u202eright', 'leftright'],
    ['中文 🎉', '中文 🎉'],
  ])('makes %j harmless', (text, expected) => expect(harmless(text)).toBe(expected));

  it('keeps to one line and to a length', () => {
    expect(oneLine(' a\n  b ', 10)).toBe('a b');
    expect(oneLine('abcdef', 4)).toBe('abc…');
  });

  it('counts Chinese characters as two columns', () => {
    expect(width('a中b')).toBe(4);
    expect(table(['名', 'x'], [['ab', 'y']])).toBe('名  x\nab  y');
  });

  it.each([
    [120, '0.1 s'],
    [9940, '9.9 s'],
    [59_400, '59 s'],
    [185_000, '3 min 5 s'],
    [7_260_000, '2 h 1 min'],
  ])('says %i ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('colours only where it may', () => {
    expect(styleFor(false).red('x')).toBe('x');
    expect(styleFor(true).red('x')).toBe('\u001b[31mx\u001b[39m');
  });
});
