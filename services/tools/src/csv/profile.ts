import type { FileHandle } from 'node:fs/promises';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { openForReading } from '../files/context.ts';
import { SAMPLE_BYTES } from '../files/encoding.ts';
import { statRegular } from '../files/reader.ts';
import { readText } from '../files/text-chunks.ts';
import type { Places } from '../files/virtual-path.ts';
import type { Tell } from '../worker/serve.ts';
import { Column } from './column.ts';
import { detectDelimiter, looksLikeHeader } from './dialect.ts';
import { readRecords } from './records.ts';

/** What a call of csv_profile asks for. */
export interface ProfileOptions {
  readonly path: string;
  readonly delimiter?: string | undefined;
  readonly header: 'auto' | 'yes' | 'no';
}

const MAX_COLUMNS = 500;
const MAX_EXAMPLES = 10;
/** Numbers, and different values, that are remembered for all columns together. */
const SAMPLES = 10_000_000;
const VALUES = 1_000_000;

interface Table {
  readonly header: boolean;
  readonly width: number;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  rows: number;
  ragged: number;
  readonly raggedExamples: { row: number; cells: number }[];
}

/** Describes a table of any size in two passes and bounded memory. Row 1 is the first below the header. */
export async function profileCsv(options: ProfileOptions, places: Places, tell: Tell): Promise<JsonObject> {
  const { handle, location } = await openForReading(options.path, places);
  try {
    const { size } = await statRegular(handle, location.virtual);
    const { sample, encoding } = await sampleOf(handle, location.virtual);
    const delimiter = options.delimiter ?? detectDelimiter(sample);
    const decimalComma = delimiter !== ',';
    const share = (bytes: number, pass: number): number => (pass + bytes / Math.max(1, size)) / 2;
    let table: Table | undefined;
    const first = await readRecords(handle, location.virtual, delimiter, (record, bytes) => {
      if (!table) {
        table = begin(record, options.header, decimalComma);
        if (table.header) return;
      }
      addRow(table, record, decimalComma);
      tell(share(bytes, 0), `${table.rows} rows read`);
    });
    if (!table)
      throw new HoldfastError('INVALID_ARGUMENT', `${location.virtual} is empty: there is nothing to describe.`);
    await findOutliers(table, handle, location.virtual, { delimiter, decimalComma, tell, share });
    return {
      path: location.virtual,
      size,
      encoding,
      delimiter,
      ...present(table),
      empty_lines: first.emptyLines,
      complete: first.problem === undefined,
      ...(first.problem ? { problem: { ...first.problem } } : {}),
    };
  } finally {
    await handle.close();
  }
}

async function sampleOf(handle: FileHandle, name: string): Promise<{ sample: string; encoding: string }> {
  const text = await readText(handle, name);
  if (text.encoding === 'binary') {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `${name} is a binary file, not a table in text form. Export it as CSV.`,
    );
  }
  let sample = '';
  for await (const chunk of text.chunks) {
    sample += chunk;
    if (sample.length >= SAMPLE_BYTES) break;
  }
  return { sample: sample.slice(0, SAMPLE_BYTES), encoding: text.encoding };
}

function begin(record: readonly string[], wanted: ProfileOptions['header'], decimalComma: boolean): Table {
  const header = wanted === 'yes' || (wanted === 'auto' && looksLikeHeader(record, decimalComma));
  const names = header ? record.map((name) => name.trim()) : record.map((_, index) => `column ${index + 1}`);
  const limits = {
    samples: Math.floor(Math.min(100_000, SAMPLES / record.length)),
    values: Math.floor(Math.min(10_000, VALUES / record.length)),
  };
  const columns = names.slice(0, MAX_COLUMNS).map((name) => new Column(name, limits));
  return { header, width: record.length, names, columns, rows: 0, ragged: 0, raggedExamples: [] };
}

function addRow(table: Table, record: readonly string[], decimalComma: boolean): void {
  table.rows += 1;
  if (record.length !== table.width) {
    table.ragged += 1;
    if (table.raggedExamples.length < MAX_EXAMPLES) {
      table.raggedExamples.push({ row: table.rows, cells: record.length });
    }
  }
  for (const [index, column] of table.columns.entries()) column.add(record[index] ?? '', table.rows, decimalComma);
}

interface SecondPass {
  readonly delimiter: string;
  readonly decimalComma: boolean;
  readonly tell: Tell;
  readonly share: (bytes: number, pass: number) => number;
}

async function findOutliers(table: Table, handle: FileHandle, name: string, pass: SecondPass): Promise<void> {
  const fenced = table.columns.flatMap((column, index) => {
    const fences = column.fences();
    return fences ? [{ column, index, fences }] : [];
  });
  if (fenced.length === 0) return;
  let row = table.header ? -1 : 0;
  await readRecords(handle, name, pass.delimiter, (record, bytes) => {
    row += 1;
    if (row === 0) return;
    for (const { column, index, fences } of fenced) {
      column.checkOutlier(record[index] ?? '', row, fences, pass.decimalComma);
    }
    pass.tell(pass.share(bytes, 1), `${row} rows looked through for outliers`);
  });
}

function present(table: Table): JsonObject {
  const { header, width, names, columns, rows, ragged, raggedExamples } = table;
  const seen = new Map<string, number>();
  for (const name of header ? names : []) seen.set(name, (seen.get(name) ?? 0) + 1);
  return {
    header,
    rows,
    width,
    columns: columns.map((column) => column.toJson()),
    columns_left_out: width - columns.length,
    duplicate_names: [...seen].filter(([name, count]) => count > 1 && name !== '').map(([name]) => name),
    unnamed_columns: header ? names.flatMap((name, index) => (name === '' ? [index + 1] : [])) : [],
    ragged: { count: ragged, examples: raggedExamples },
  };
}
