import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { parse } from 'csv-parse';

import { readText } from '../files/text-chunks.ts';

/** What stopped the reading before the end of the file. */
export interface Problem {
  readonly line: number;
  readonly message: string;
}

/** What reading a table through gave, beside its records. */
export interface ReadThrough {
  readonly emptyLines: number;
  readonly problem: Problem | undefined;
}

const MAX_RECORD_CHARS = 1024 * 1024;
const PROBLEMS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'a record is longer than 1 MB: most likely a quote that is opened and not closed',
};

/**
 * Reads a table record by record. Ragged records and stray quotes are taken as they are.
 *
 * @param onRecord called for each; `bytes` of the file were read so far
 */
export async function readRecords(
  handle: FileHandle,
  name: string,
  delimiter: string,
  onRecord: (record: string[], bytes: number) => void,
): Promise<ReadThrough> {
  const text = await readText(handle, name);
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARS,
    // Called as soon as a record is there: those before an error are not lost in a buffer.
    on_record: (record: string[]) => {
      onRecord(record, text.bytesRead());
      return null;
    },
  });
  let lineIsOpen = true;
  // The library takes the end of the last line for the beginning of another, empty one.
  const emptyLines = (): number => Math.max(0, parser.info.empty_lines - (lineIsOpen ? 0 : 1));
  try {
    parser.resume();
    await pipeline(
      text.chunks,
      async function* (chunks) {
        for await (const chunk of chunks) {
          if (chunk !== '') lineIsOpen = !chunk.endsWith('\n');
          yield chunk;
        }
      },
      parser,
    );
    return { emptyLines: emptyLines(), problem: undefined };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const message = PROBLEMS[code];
    if (message === undefined && !code.startsWith('CSV_')) throw error;
    const problem = { line: parser.info.lines, message: message ?? 'the quoting is broken' };
    return { emptyLines: emptyLines(), problem };
  }
}
