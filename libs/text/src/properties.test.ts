import { describe, expect, it } from 'vitest';

import { analyse, queryTerms } from './analyse.ts';
import { estimateTokens } from './estimate.ts';
import { fold, nameKey } from './fold.ts';
import { matchedIn } from './matched.ts';
import { sentencesOf } from './sentences.ts';
import { MOST_TERM } from './words.ts';

const PIECES = [
  'word Running the CamelCase snake_case a-b-c v1.2.3 1,234.5 16GB 2nd http://x.y/z?q=1 a@b.cd May 8 2023 2023-05-08',
  '汉语 漢語 的 了 什么 三个月 二〇二三年五月八日 用React写的登录页 𠮷野家 々 〇',
  'ＡＢＣ１２３ ，。：！ ﬁ ½ ① ㎏',
  'テキスト ひらがな 한국어 привет ελληνικά مُحَمَّد עברית ภาษาไทย हिन्दी',
  "don't O’Brien I'd ' \" ` … — _ __ . / \\ :: @ # $ % ^ & * ( ) + = ~ | < > [ ] { }",
  '🎉 👩‍💻 🇨🇳 é \u0301 \0 \n \t \r\n \ud800 \udc00 \u200b \ufeff \u202e İ ß ſ K',
].flatMap((line) => line.split(' '));

/** A generator with a seed: the same texts on each machine (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function* texts(count: number): Generator<string> {
  const random = seeded(20_231);
  for (let n = 0; n < count; n++) {
    const parts = Array.from({ length: Math.floor(random() * 12) }, () => {
      const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
      return random() < 0.3 ? piece : `${piece} `;
    });
    yield parts.join('');
  }
}

describe('ME-2 any text', () => {
  it('gives terms that are whole, bounded and without spaces', () => {
    for (const text of texts(3000)) {
      for (const term of [...analyse(text), ...queryTerms(text)]) {
        expect(term, text).not.toBe('');
        expect(term.length, text).toBeLessThanOrEqual(MOST_TERM);
        expect(term.isWellFormed() && !/[\s\0]/.test(term), JSON.stringify([text, term])).toBe(true);
      }
    }
  });

  it('gives every question some term where its text has one, each once', () => {
    for (const text of texts(3000)) {
      const terms = queryTerms(text);
      expect(terms.length > 0, JSON.stringify(text)).toBe(analyse(text).length > 0);
      expect(new Set(terms).size).toBe(terms.length);
    }
  });

  it('gives the same terms in full width, and in capitals where no word is cut by them', () => {
    const wide = (text: string) => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
    for (const text of texts(1000)) expect(analyse(wide(text)), text).toEqual(analyse(text));
    expect(analyse('HELLO WORLD, 漢語')).toEqual(analyse('hello world, 汉语'));
  });

  it('folds once and for all', () => {
    for (const text of texts(3000)) {
      expect(fold(fold(text)), text).toBe(fold(text));
      expect(nameKey(nameKey(text)), JSON.stringify(text)).toBe(nameKey(text));
    }
  });

  it('loses nothing of a text between its sentences but spaces', () => {
    for (const text of texts(2000)) {
      expect(sentencesOf(text).join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
    }
  });

  it('finds the words of a text in itself', () => {
    for (const text of texts(1000)) {
      if (queryTerms(text).length > 0) expect(matchedIn(text, text).length, JSON.stringify(text)).toBeGreaterThan(0);
      expect(estimateTokens(text)).toBeLessThanOrEqual(2 * text.length);
    }
  });

  it.each(['a', 'aB', 'a-', 'a_.', '1,', "a'", '漢', '十', 'May ', '2023-', '.', '。', '\ud800', 'a\u0301', '🎉', '('])(
    'takes %j over and over',
    (piece) => {
      const text = piece.repeat(50_000);
      expect(analyse(text).length + sentencesOf(text).length + matchedIn(piece, text).length).toBeGreaterThanOrEqual(0);
      expect(queryTerms(text).length).toBeLessThan(10);
      expect(nameKey(fold(text)).length).toBeLessThanOrEqual(2 * text.length);
    },
  );
});
