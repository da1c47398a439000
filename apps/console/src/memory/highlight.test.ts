import { describe, expect, it } from 'vitest';

import { stretchesOf } from './highlight.ts';

const marked = (text: string, words: string[]) =>
  stretchesOf(text, words)
    .map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join('');

describe('matched words (ME-1)', () => {
  it('are marked in both languages, whatever their case', () => {
    expect(marked('Ada lives in Paris; ADA likes tea.', ['ada', 'tea'])).toBe(
      '[Ada] lives in Paris; [ADA] likes [tea].',
    );
    expect(marked('小明住在北京，喜欢喝茶。', ['北京', '茶'])).toBe('小明住在[北京]，喜欢喝[茶]。');
  });

  it('prefer the longer word, and take signs as they are', () => {
    expect(marked('report reports', ['report', 'reports'])).toBe('[report] [reports]');
    expect(marked('a.b (c) <b>x</b>', ['a.b', '(c)', '<b>'])).toBe('[a.b] [(c)] [<b>]x</b>');
  });

  it('keep the text whole, with nothing to mark too', () => {
    for (const text of ['', 'x', '😀 \u0000 Ａｄａ', 'ab'.repeat(5000)]) {
      for (const words of [[], [''], ['a'], ['😀', 'zzz']]) {
        expect(
          stretchesOf(text, words)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }
    }
  });
});
