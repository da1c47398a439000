import { describe, expect, it } from 'vitest';

import type { Block } from './block.ts';
import { chunksOf } from './chunk.ts';
import { extractMarkdown } from './extract/markdown.ts';
import { extractText } from './extract/text.ts';
import { wordsIn } from './measure.ts';
import { steadyMarkdown, steadyParagraph, steadyRandom } from './testing.ts';

const SEEDS = Array.from({ length: 60 }, (_, n) => n + 1);
const words = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.join('') ?? '';
const markdownChunks = (text: string) => chunksOf(extractMarkdown(text).blocks);

describe('ME-1 cutting documents into chunks', () => {
  it('loses nothing, doubles nothing, and keeps the order', () => {
    for (const seed of SEEDS) {
      const text = steadyMarkdown(seed, 12);
      const cut = markdownChunks(text).map((chunk) => chunk.text);
      expect(words(cut.join(' ')), `seed ${seed}`).toBe(words(text));
    }
  });

  it('keeps to the bounds of a chunk', () => {
    for (const seed of SEEDS) {
      for (const { text } of markdownChunks(steadyMarkdown(seed, 12))) {
        expect(text.trim()).not.toBe('');
        expect(wordsIn(text)).toBeLessThanOrEqual(405);
      }
    }
  });

  it('fills chunks where nothing but length ends them', () => {
    const random = steadyRandom(5);
    const text = Array.from({ length: 200 }, () => steadyParagraph(random, 20 + random(60))).join('\n\n');
    const sizes = chunksOf(extractText(text).blocks).map((chunk) => wordsIn(chunk.text));
    for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(175);
  });

  it('is the same each time', () => {
    for (const seed of SEEDS.slice(0, 10)) {
      expect(markdownChunks(steadyMarkdown(seed, 12))).toEqual(markdownChunks(steadyMarkdown(seed, 12)));
    }
  });

  // Paragraphs of one size are the hardest: ends that are chosen by size alone never fall on the same places again.
  it.each([
    ['of one size', () => 40],
    ['of all sizes', (random: (bound: number) => number) => 15 + random(60)],
  ])('changes only the chunks near a paragraph that is inserted, without headings, %s', (_, sizeOf) => {
    let [changed, all] = [0, 0];
    for (const seed of SEEDS) {
      const random = steadyRandom(seed);
      const paragraphs = Array.from({ length: 150 }, () => steadyParagraph(random, sizeOf(random)));
      const at = random(paragraphs.length);
      const inserted = paragraphs.toSpliced(at, 0, steadyParagraph(random, sizeOf(random)));
      const before = new Set(chunksOf(extractText(paragraphs.join('\n\n')).blocks).map(({ hash }) => hash));
      const after = chunksOf(extractText(inserted.join('\n\n')).blocks).filter(({ hash }) => !before.has(hash));
      expect(after.length).toBeGreaterThan(0);
      expect(after.length, `seed ${seed}`).toBeLessThanOrEqual(12);
      changed += after.length;
      all += before.size;
    }
    // On average few of some 20 chunks.
    expect(changed / SEEDS.length).toBeLessThan(4);
    expect(all / SEEDS.length).toBeGreaterThan(15);
  });

  it('changes nothing outside of a section', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const text = steadyMarkdown(seed, 12);
      const [top = '', ...sections] = text.split(/^(?=## )/m);
      const changed = [top, ...sections.map((one, n) => (n === 1 ? `${one}\nOne more. 还有一句。\n\n` : one))].join('');
      const others = [top, ...sections.filter((_, n) => n !== 1)].join('');
      const there = new Set(markdownChunks(changed).map(({ hash }) => hash));
      for (const { hash } of markdownChunks(others)) expect(there.has(hash)).toBe(true);
    }
  });

  it('names the headings that a chunk stands under and that it does not hold', () => {
    const long = 'Words and more words of it. '.repeat(60);
    const [first, second] = markdownChunks(`# 手册\n\n## Install\n\n${long}\n\n${long}`);
    expect(first).toMatchObject({ headings: [], location: '手册' });
    expect(first?.text.startsWith('手册\n\nInstall\n\nWords')).toBe(true);
    expect(second).toMatchObject({ headings: ['手册', 'Install'], location: '手册 › Install' });
  });

  it('keeps a table whole where it fits, else cuts it between rows and repeats its head', () => {
    const table = (rows: number) =>
      ['| name | value |', '| --- | --- |', ...Array.from({ length: rows }, (_, n) => `| row${n} | 值 ${n} |`)].join(
        '\n',
      );
    expect(markdownChunks(table(20)).map(({ text }) => text)).toEqual([table(20)]);
    const chunks = markdownChunks(table(300));
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text.startsWith('| name | value |\n| --- | --- |\n| row')).toBe(true);
    const rows = chunks.flatMap(({ text }) => text.match(/row\d+/g) ?? []);
    expect(rows).toEqual(Array.from({ length: 300 }, (_, n) => `row${n}`));
  });

  it('copes with text that has no places to cut at', () => {
    const block = (text: string): Block => ({ kind: 'paragraph', text, headings: [] });
    for (const text of ['x'.repeat(200_000), '字'.repeat(20_000), '😀'.repeat(20_000), 'aGVsbG8='.repeat(5_000)]) {
      const chunks = chunksOf([block(text)]);
      expect(chunks.length).toBeGreaterThan(1);
      expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
      for (const chunk of chunks) expect(chunk.text.isWellFormed() && chunk.text.length < 8_000).toBe(true);
    }
    expect(chunksOf([])).toEqual([]);
  });
});
