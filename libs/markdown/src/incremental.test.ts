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

describe('the steps of a document that is being written', () => {
  it('append to an open fence, and never send its code twice', () => {
    const incremental = createIncremental();
    incremental.push('Text:\n\n```js\n');
    let sent = 0;
    const line = 'const answer = 42; // <b>\n';
    for (let count = 0; count < 2000; count += 1) {
      const { append, commit, tail } = incremental.push(line);
      expect(commit).toEqual([]);
      expect(tail).toBeUndefined();
      expect(append).toBe('const answer = 42; // &#x3C;b>\n');
      sent += append?.length ?? 0;
    }
    expect(sent).toBe(2000 * 'const answer = 42; // &#x3C;b>\n'.length);
    const { commit } = incremental.push('```\n');
    expect(commit).toHaveLength(1);
    expect(commit[0]).toContain('<span class="hljs-keyword">const</span>');
  });

  it.each([
    ['a list', '- item\n'],
    ['a table', '| 1 | 2 |\n'],
    ['a quoted fence', '> code\n'],
    ['one line', 'word '],
  ])('render %s anew only when it has grown by a share of its length', (_, piece) => {
    const incremental = createIncremental();
    incremental.push('> ```js\n'.slice(piece.startsWith('>') ? 0 : 8));
    let shown = 0;
    let text = '';
    for (let count = 0; count < 3000; count += 1) {
      text += piece;
      const step = incremental.push(piece);
      shown += text.length > 4096 && step.tail !== undefined ? 1 : 0;
    }
    // Each time half more: from 4 KB to 24 KB that is 5 times.
    expect(shown).toBeLessThan(8);
  });

  it('have exactly one place to append to wherever there is a tail', () => {
    const incremental = createIncremental();
    for (const piece of ['# a', ' b\n', 'x', '\n\n```\n', 'c\n', '```\n', '> q']) {
      const { tail } = incremental.push(piece);
      if (tail) expect(tail.match(/data-append/g)).toHaveLength(1);
    }
  });

  it('keep halves of a character and of a line ending until they are whole', () => {
    const incremental = createIncremental();
    const [first, second] = ['😀'.slice(0, 1), '😀'.slice(1)];
    expect(incremental.push(`a${first}`).tail).toContain('>a<');
    expect(incremental.push(`${second}\r`).tail).toContain('>a😀<');
    incremental.push('\nb');
    expect(incremental.end().commit.join('')).toBe(renderMarkdown('a😀\r\nb'));
  });

  it('end in one full pass where a link is defined after it was used', () => {
    const incremental = createIncremental();
    expect(incremental.push('[a]\n\ntext\n\n').commit.join('')).toContain('[a]');
    incremental.push('[a]: http://b.c\n\nx');
    expect(incremental.end().final).toContain('<a href="http://b.c"');
  });

  it('need none where it is defined before', () => {
    const incremental = createIncremental();
    incremental.push('[a]: http://b.c\n\ntext\n\n');
    const { commit } = incremental.push('[a]\n\nx\n');
    expect(commit.join('')).toContain('<a href="http://b.c"');
    expect(incremental.end().final).toBeUndefined();
  });
});
