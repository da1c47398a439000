import { isHan, sentencesOf } from '@holdfast/text';

import type { Block, Place } from './block.ts';
import { wordsIn } from './measure.ts';

/** A part of a block, small enough for a chunk. */
export interface Piece {
  readonly block: Block;
  readonly text: string;
  readonly words: number;
  readonly place: Place | undefined;
  /** Whether it goes on with a block whose beginning is in another piece. */
  readonly continued: boolean;
}

/**
 * Cuts a block that is larger than a chunk: prose between sentences, lists between items, code at blank lines or else
 * between lines, tables between rows (the head is repeated), and what has no such places between characters. Blocks that
 * fit stay whole.
 */
export function piecesOf(block: Block, maxWords: number): Piece[] {
  const { text, place, kind } = block;
  const words = wordsIn(text);
  if (words <= maxWords) return [{ block, text, words, place, continued: false }];
  if (kind === 'paragraph' || kind === 'heading' || kind === 'row') return prose(block, maxWords);
  return lined(block, maxWords);
}

function prose(block: Block, maxWords: number): Piece[] {
  const parts = sentencesOf(block.text).flatMap((sentence) => small(sentence, maxWords));
  return packed(parts, maxWords, joined).map((text, n) => piece(block, text, block.place, n));
}

function joined(a: string, b: string): string {
  return `${a}${isHan(a.at(-1) ?? '') || /[。！？；…”』」）]$/.test(a) ? '' : ' '}${b}`;
}

function lined(block: Block, maxWords: number): Piece[] {
  const lines = block.text.split('\n');
  const head = block.kind === 'table' && /^[ \t|:-]+$/.test(lines[1] ?? '') ? lines.slice(0, 2) : [];
  const repeated = head.join('\n');
  // A head that leaves no room for rows is not repeated.
  const room = maxWords - wordsIn(repeated);
  const repeat = repeated !== '' && room > maxWords / 2;
  const pieces: Piece[] = [];
  for (const run of runs(lines, repeat ? room : maxWords, repeat ? 2 : 0, block.kind === 'code')) {
    const text = lines.slice(run.from, run.to).join('\n');
    if (text.trim() === '') continue;
    const place = block.place?.unit === 'line' ? within(block.place, run) : block.place;
    const parts = run.to - run.from === 1 ? small(text, maxWords) : [text.trimEnd()];
    for (const part of parts) pieces.push(piece(block, repeat ? `${repeated}\n${part}` : part, place, pieces.length));
  }
  return pieces;
}

function within(place: Place, run: { readonly from: number; readonly to: number }): Place {
  return { unit: place.unit, from: place.from + run.from, to: Math.min(place.to, place.from + run.to - 1) };
}

/** Runs of lines that fit; in code a run ends at its last blank line in the second half, if it has one. */
function runs(lines: readonly string[], maxWords: number, start: number, atBlanks: boolean) {
  const found: { from: number; to: number }[] = [];
  const words = lines.map(wordsIn);
  let from = start;
  while (from < lines.length) {
    let [to, sum, blank] = [from, 0, -1];
    while (to < lines.length && (to === from || sum + (words[to] ?? 0) <= maxWords)) {
      sum += words[to] ?? 0;
      if (sum > maxWords / 2 && lines[to]?.trim() === '') blank = to;
      to++;
    }
    if (atBlanks && to < lines.length && blank > from) to = blank + 1;
    found.push({ from, to });
    from = to;
  }
  return found;
}

function packed(parts: readonly string[], maxWords: number, join: (a: string, b: string) => string): string[] {
  const found: string[] = [];
  let [open, words] = ['', 0];
  for (const part of parts) {
    const more = wordsIn(part);
    if (open !== '' && words + more > maxWords) {
      found.push(open);
      [open, words] = ['', 0];
    }
    open = open === '' ? part : join(open, part);
    words += more;
  }
  return open === '' ? found : [...found, open];
}

/** A sentence or line that is too long by itself: between its words, else between its characters. */
function small(text: string, maxWords: number): string[] {
  if (wordsIn(text) <= maxWords) return [text];
  const parts = text.match(/\s*\S{1,80}/gu)?.flatMap((word) => [...between(word)]) ?? [];
  return packed(parts, maxWords, (a, b) => a + b).map((part) => part.trim());
}

/** Han text has no spaces: it may be cut behind every character, other runs only where they are long. */
function between(word: string): string[] {
  return word.match(/[\p{Script=Han}][^\p{Script=Han}\s]?|\s*[^\p{Script=Han}]+/gu) ?? [];
}

function piece(block: Block, text: string, place: Place | undefined, n: number): Piece {
  return { block, text, words: wordsIn(text), place, continued: n > 0 };
}
