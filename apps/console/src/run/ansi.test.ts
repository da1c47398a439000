import { describe, expect, it } from 'vitest';

import { ansiSpans } from './ansi.ts';

describe('ANSI escapes in a terminal (QA-4)', () => {
  it('become colours and weights', () => {
    expect(ansiSpans('a\u001b[1;31mb\u001b[0mc\u001b[38;5;196md\u001b[48;2;1;2;3me\u001b[m')).toEqual([
      { text: 'a' },
      { text: 'b', bold: true, color: '1' },
      { text: 'c' },
      { text: 'd', color: 'rgb(255 0 0)' },
      { text: 'e', color: 'rgb(255 0 0)', background: 'rgb(1 2 3)' },
    ]);
  });

  it('never move, retitle or link anything', () => {
    const hostile =
      '\u001b]0;title\u0007\u001b]8;;javascript:alert(1)\u001b\\x\u001b]8;;\u001b\\\u001b[2J\u001b[10;10Hy\u001bcz\u0007\u0000';
    expect(
      ansiSpans(hostile)
        .map(({ text }) => text)
        .join(''),
    ).toBe('xyz');
  });

  it('do not reorder the text: overrides are named', () => {
    expect(ansiSpans('a\u202egpj.exe')).toEqual([{ text: 'a⟨U+202E⟩gpj.exe' }]);
  });

  it('may break off, or hold nonsense', () => {
    for (const text of [
      '\u001b',
      '\u001b[',
      '\u001b[38;5',
      '\u001b[38;5;m',
      '\u001b]8;;unclosed',
      '\u001b[999999m',
      '\u001b[38;2m',
    ]) {
      expect(() => ansiSpans(text)).not.toThrow();
    }
    const long = '\u001b[31m'.repeat(100_000);
    expect(ansiSpans(`${long}x`)).toEqual([{ text: 'x', color: '1' }]);
  });
});
