import { HoldfastError } from '@holdfast/protocol';

import type { Block, Extracted, ReadBounds } from '../block.ts';
import { cut } from '../headings.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
const MAX_NAME = 100;

/**
 * A block for each row, as `column: value` lines, so that each one can be understood by itself. The delimiter is told by
 * the first line; the first row is the head, unless it consists of numbers. Empty cells are left out.
 *
 * Throws INVALID_ARGUMENT for what is no CSV, TOO_LARGE.
 */
export async function extractCsv(source: string, bounds: ReadBounds): Promise<Extracted> {
  const { parse } = await import('csv-parse/sync');
  const blocks: Block[] = [];
  let names: readonly string[] | undefined;
  let head = '';
  let chars = 0;
  let row = 0;
  const take = (cells: readonly string[]): null => {
    row++;
    if (!names && !isHead(cells)) names = cells.map((_, n) => String(n + 1));
    if (!names) {
      const given = cells.map((name) => cut(name.replaceAll(/\s+/g, ' ').trim(), MAX_NAME));
      names = given.map((name, n) => name || String(n + 1));
      head = given.filter((name) => name !== '').join(', ');
      return null;
    }
    const text = rowText(names, cells);
    chars += text.length;
    if (chars > bounds.maxChars) throw tooLarge(bounds.maxChars);
    if (text !== '') blocks.push({ kind: 'row', text, headings: [], place: { unit: 'row', from: row, to: row } });
    return null;
  };
  try {
    parse(source, {
      bom: true,
      delimiter: delimiterOf(source),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: take,
    });
  } catch (error) {
    if (HoldfastError.is(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The CSV file cannot be read: ${why}. Nothing was kept: mend that row.`,
      {
        cause: error,
      },
    );
  }
  // A file of nothing but a head still says what it is about.
  if (blocks.length === 0 && head !== '') {
    blocks.push({ kind: 'row', text: head, headings: [], place: { unit: 'row', from: 1, to: 1 } });
  }
  return { title: '', blocks };
}

function rowText(names: readonly string[], cells: readonly string[]): string {
  const lines: string[] = [];
  for (const [n, cell] of cells.entries()) {
    const value = cell.trim();
    if (value !== '') lines.push(`${names[n] ?? String(n + 1)}: ${value}`);
  }
  return lines.join('\n');
}

function isHead(cells: readonly string[]): boolean {
  return !cells.some((cell) => /^\s*[-+]?[\d.,]+%?\s*$/.test(cell));
}

function delimiterOf(source: string): string {
  const line = source.slice(0, source.search(/\n|$/)).replaceAll(/"[^"]*"/g, '');
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}

function tooLarge(maxChars: number): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The rows of the CSV file come to more than ${maxChars} characters. Nothing was kept: cut it into several files.`,
  );
}
