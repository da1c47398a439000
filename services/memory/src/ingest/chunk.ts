import { createHash } from 'node:crypto';

import type { Block, Place } from './block.ts';
import { type Piece, piecesOf } from './split.ts';

/** From this size on a chunk may end, words. Below it only headings end one. */
const MIN_WORDS = 180;
/** No chunk is larger, but for the headings that it begins with, words. */
const MAX_WORDS = 350;
/** The headings at the beginning of a chunk may make it larger by so much, words: they stay with what follows. */
const HEADING_WORDS = 50;
/** Headings down to this depth always begin a chunk. */
const SECTION_DEPTH = 2;
/** Between the headings of a path. */
const SEPARATOR = ' › ';

/** A part of a document, as it is remembered. */
export interface Chunk {
  readonly text: string;
  /** The headings that it stands under and that are not in its text, outermost first. */
  readonly headings: readonly string[];
  readonly place: Place | undefined;
  /** Where it stands, for people: a heading path, a page, a line. */
  readonly location: string;
  /** Hex, of text and headings: two chunks of a document that have the same one are the same. */
  readonly hash: string;
}

/**
 * Cuts a document into chunks along its structure: 180 to 350 words, or about 280 to 540 Han characters.
 *
 * A heading of the first two levels always begins a chunk, so sections do not depend on one another. Within a section
 * a chunk ends between 180 and 350 words, before a deeper heading if there is one, else where the block that follows has
 * the smallest hash. Ends chosen by content fall on the same places again after something was inserted above, so that
 * all chunks but those near the change stay as they were. (Local extrema as cut points: Teodosiu et al., "Optimizing file
 * replication over limited-bandwidth networks using remote differential compression", 2006.)
 */
export function chunksOf(blocks: Iterable<Block>): Chunk[] {
  const chunks: Chunk[] = [];
  for (const section of sectionsOf(blocks)) for (const pieces of cutSection(section)) chunks.push(chunkOf(pieces));
  return chunks;
}

function* sectionsOf(blocks: Iterable<Block>): Generator<Piece[]> {
  let open: Piece[] = [];
  for (const block of blocks) {
    const begins = isHeading(block) && block.headings.length <= SECTION_DEPTH;
    // A title and what it stands over stay together where nothing but headings is between them.
    if (begins && open.some((piece) => !isHeading(piece.block))) {
      yield open;
      open = [];
    }
    open.push(...piecesOf(block, MAX_WORDS));
  }
  if (open.length > 0) yield open;
}

function* cutSection(pieces: readonly Piece[]): Generator<readonly Piece[]> {
  let from = 0;
  while (from < pieces.length) {
    const to = endOf(pieces, from);
    yield pieces.slice(from, to);
    from = to;
  }
}

/** Where the chunk that begins at `from` ends, excluded. */
function endOf(pieces: readonly Piece[], from: number): number {
  const may: number[] = [];
  const room = MAX_WORDS + Math.min(HEADING_WORDS, leadingWords(pieces, from));
  let words = pieces[from]?.words ?? 0;
  let at = from + 1;
  for (; at < pieces.length; at++) {
    const [before, next] = [pieces[at - 1], pieces[at]];
    if (!before || !next) break;
    // A heading stays with what follows it.
    if (words >= MIN_WORDS && !isHeading(before.block)) may.push(at);
    if (words + next.words > room) break;
    words += next.words;
  }
  if (at >= pieces.length) return at;
  const atHeadings = may.filter((end) => isHeadingAt(pieces, end));
  return lowest(pieces, atHeadings.length > 0 ? atHeadings : may) ?? withoutTail(pieces, from, at);
}

function leadingWords(pieces: readonly Piece[], from: number): number {
  let words = 0;
  for (let at = from; isHeadingAt(pieces, at); at++) words += pieces[at]?.words ?? 0;
  return words;
}

function lowest(pieces: readonly Piece[], ends: readonly number[]): number | undefined {
  if (ends.length < 2) return ends[0];
  const hashed = ends.map((end) => ({ end, hash: hashOf([pieces[end]?.text ?? '']) }));
  return hashed.reduce((best, one) => (one.hash < best.hash ? one : best)).end;
}

/** Headings at the end go to the next chunk, unless there is nothing else. */
function withoutTail(pieces: readonly Piece[], from: number, to: number): number {
  let end = to;
  while (end > from + 1 && isHeadingAt(pieces, end - 1)) end--;
  return end;
}

function chunkOf(pieces: readonly Piece[]): Chunk {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (!first || !last) throw new RangeError('a chunk has at least one piece');
  const text = textOf(pieces);
  const path = first.block.headings;
  const headings = first.continued ? path : path.slice(0, path.length - ownHeadings(first.block));
  const place = first.place && last.place ? { ...first.place, to: Math.max(first.place.to, last.place.to) } : undefined;
  return { text, headings, place, location: locationOf(path, place), hash: hashOf([...headings, text]) };
}

/** How many of a block's headings stand in its own text: a heading itself, and the name of a part of source code. */
function ownHeadings({ kind, headings, text }: Block): number {
  const last = headings.at(-1);
  if (last === undefined) return 0;
  return kind === 'heading' || (kind === 'code' && text.includes(last.replace(/…$/, ''))) ? 1 : 0;
}

function textOf(pieces: readonly Piece[]): string {
  let text = '';
  let before: Piece | undefined;
  for (const piece of pieces) {
    const sameRows = before?.block.kind === 'row' && piece.block.kind === 'row';
    text += before === undefined ? piece.text : `${sameRows ? '\n' : '\n\n'}${piece.text}`;
    before = piece;
  }
  return text;
}

function locationOf(path: readonly string[], place: Place | undefined): string {
  const where = place === undefined ? '' : placeText(place);
  if (path.length === 0) return where;
  return place?.unit === 'page' ? `${path.join(SEPARATOR)}, ${where}` : path.join(SEPARATOR);
}

/** Such as `page 3`, `lines 10-24`. */
function placeText({ unit, from, to }: Place): string {
  return from === to ? `${unit} ${from}` : `${unit}s ${from}-${to}`;
}

function isHeading(block: Block): boolean {
  return block.kind === 'heading';
}

function isHeadingAt(pieces: readonly Piece[], at: number): boolean {
  return pieces[at]?.block.kind === 'heading';
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
