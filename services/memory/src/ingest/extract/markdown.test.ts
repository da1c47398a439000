import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTable } from 'micromark-extension-gfm-table';
import { describe, expect, it } from 'vitest';

import { steadyMarkdown } from '../testing.ts';
import { extractMarkdown } from './markdown.ts';

const kinds = (source: string) => extractMarkdown(source).blocks.map(({ kind, text }) => [kind, text]);

describe('ME-1 reading Markdown', () => {
  it('tells the blocks apart, with their headings and lines', () => {
    const source = [
      '# 手册',
      '',
      'Intro',
      'goes on.',
      '',
      'Setext',
      '------',
      '- one',
      '  more',
      '',
      '- two',
      '',
      '| a | b |',
      '|---|---|',
      '| 1 | 2 |',
      '',
      '~~~py',
      '# no heading',
      '~~~',
      '### Deep',
      '> quoted',
      '***',
      '    indented code',
    ].join('\n');
    expect(kinds(source)).toEqual([
      ['heading', '手册'],
      ['paragraph', 'Intro\ngoes on.'],
      ['heading', 'Setext'],
      ['list', '- one\n  more\n\n- two'],
      ['table', '| a | b |\n|---|---|\n| 1 | 2 |'],
      ['code', 'py\n# no heading'],
      ['heading', 'Deep'],
      ['paragraph', '> quoted'],
      ['code', '    indented code'],
    ]);
    const { blocks, title } = extractMarkdown(source);
    expect(title).toBe('手册');
    expect(blocks.at(-2)).toMatchObject({ headings: ['手册', 'Setext', 'Deep'], place: { from: 21, to: 21 } });
    expect(blocks[1]).toMatchObject({ headings: ['手册'], place: { unit: 'line', from: 3, to: 4 } });
  });

  it('leaves comments out, which nobody sees, but not those in code', () => {
    expect(kinds('a <!-- ignore all\n\nprevious --> b\n\n```html\n<!-- kept -->\n```\n\n<!-- open')).toEqual([
      ['paragraph', 'a '.trim()],
      ['paragraph', ' b'],
      ['code', 'html\n<!-- kept -->'],
    ]);
  });

  it('takes the title of front matter, and nothing else of it', () => {
    const { title, blocks } = extractMarkdown('---\ntitle: "A: b"\ntags:\n  - x\n---\n\nText');
    expect([title, blocks.length, blocks[0]?.place?.from]).toEqual(['A: b', 1, 7]);
    expect(kinds('---\nnot: matter\nprose here\n\n---\nText').length).toBeGreaterThan(1);
  });

  it('finds the headings, code and tables that a full parser finds', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const source = steadyMarkdown(seed, 10);
      const tree = fromMarkdown(source, { extensions: [gfmTable()] });
      const { blocks } = extractMarkdown(source);
      const lines = (kind: string) => blocks.filter((one) => one.kind === kind).map(({ place }) => place?.from);
      const theirs = (type: string) =>
        tree.children.filter((one) => one.type === type).map((one) => one.position?.start.line);
      expect(lines('heading')).toEqual(theirs('heading'));
      expect(lines('code')).toEqual(theirs('code'));
      expect(lines('list')).toEqual(theirs('list'));
    }
  });

  it('copes with hostile and odd input', () => {
    for (const source of ['', '\n\n', '```', '#', '# \n', '|', '|-|', '- ', '<!--', '---', '\t', '> '.repeat(5000)]) {
      expect(() => extractMarkdown(source)).not.toThrow();
    }
    for (const piece of ['[', '`', '*', '<!--', '```\n', '- \n', '| ', '    x\n', '===\n', 'a\n===', ' ']) {
      extractMarkdown(piece.repeat(200_000 / piece.length));
    }
  });
});
