import { describe, expect, it } from 'vitest';

import { createIncremental, renderMarkdown } from './index.ts';

/** Numbers between 0 and 1, the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PIECES = [
  '# Title\n',
  'Title\n===\n',
  'Title\n---\n',
  'text',
  ' *em* ',
  '**strong',
  '`code`',
  '\n',
  '\n',
  '\n\n',
  '- item\n',
  '- ',
  '  - nested\n',
  '1. one\n',
  '2) two\n',
  '10. ten\n',
  '> quote\n',
  '> ',
  '>> deep\n',
  'lazy\n',
  '    indented\n',
  '\ttab\n',
  '```js\nconst a = 1;\n',
  '```\n',
  '~~~\n',
  '  ```\n',
  '````\n',
  '`````md x\n',
  '~~~~ py\nx = 1\n',
  '| a | b |\n',
  '|---|:-:|\n',
  '| 1 | 2 |\n',
  'a | b\n',
  '--|--\n',
  '***\n',
  '---\n',
  '- - -\n',
  '<div>\n',
  '</div>\n',
  '<!-- ',
  '-->\n',
  '<pre>\n',
  '</pre>\n',
  '[link](http://a.b)\n',
  '[ref]',
  '[ref]: http://c.d\n',
  "[ref]: http://e.f 'title\n",
  "more'\n",
  '[^1]',
  '[^1]: note\n',
  '\\',
  '\r\n',
  '\r',
  'http://auto.link ',
  '- [ ] task\n',
  '- [x] done\n',
  '😀',
  '\u202E',
  '中文。',
  '&amp; ',
  '+ plus\n',
  '* star\n',
  '   three\n',
  '  ',
];

/** What a page holds after all steps; the tail must be empty at the end. */
function written(text: string, next: () => number, longest: number): { commits: string; final: string | undefined } {
  const incremental = createIncremental();
  let commits = '';
  for (let from = 0; from < text.length; ) {
    const to = from + 1 + Math.floor(next() * longest);
    commits += incremental.push(text.slice(from, to)).commit.join('');
    from = to;
  }
  const { commit, final, tail } = incremental.end();
  expect(tail).toBe('');
  return { commits: commits + commit.join(''), final };
}

describe('rendering while a document is written (QA-1)', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('comes to what the whole document gives (seed %i)', (seed) => {
    const next = chance(seed + 1);
    for (let round = 0; round < 20; round += 1) {
      const length = 1 + Math.floor(next() * 30);
      const text = Array.from({ length }, () => PIECES[Math.floor(next() * PIECES.length)]).join('');
      const { commits, final } = written(text, next, round % 2 === 0 ? 3 : 40);
      expect(final ?? commits, JSON.stringify(text)).toBe(renderMarkdown(text));
    }
  });
});
