import { mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { codeOf } from '../files/file-error.ts';

const EntrySchema = z.object({
  n: z.number().int(),
  action_id: z.string(),
  attempt: z.number().int(),
  at: z.number(),
  complete: z.boolean(),
  files: z.array(
    z.object({
      path: z.string(),
      after: z
        .object({
          sha256: z.string(),
          size: z.number(),
          mode: z.number().int(),
          kept: z.boolean(),
          binary: z.boolean(),
          stamp: z.string(),
        })
        .nullable(),
    }),
  ),
  made: z.array(z.string()),
  removed: z.array(z.string()),
});

/**
 * What one look at a workspace found to be other than before. The first one of a log is its baseline: what was there
 * before any call, under no action.
 */
export type Entry = z.output<typeof EntrySchema>;

/** The entries of a log, and its length without a torn end. */
interface Read {
  readonly entries: Entry[];
  readonly length: number;
  /** There is no such file yet. */
  readonly missing: boolean;
}

/** A file of entries, one JSON object a line, that only grows. What a crash left half-written at its end is no entry. */
export class Log {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The entries; undefined where nothing was ever recorded. @throws HoldfastError STORAGE_CORRUPT */
  async read(): Promise<Entry[] | undefined> {
    const { entries, missing } = await this.#read();
    return missing ? undefined : entries;
  }

  /** As {@link read}, and cuts a torn end off. Only for the one who is going to append. */
  async open(): Promise<Entry[] | undefined> {
    const { entries, length, missing } = await this.#read();
    if (missing) return undefined;
    await truncate(this.#path, length);
    return entries;
  }

  /** Adds an entry; it is on the disk when this resolves. After a failure, {@link open} the log again. */
  async append(entry: Entry): Promise<void> {
    const folder = dirname(this.#path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(this.#path, 'a', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(entry)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    if (entry.n === 0) await syncFolder(folder);
  }

  async #read(): Promise<Read> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      return { entries: [], length: 0, missing: true };
    }
    const entries: Entry[] = [];
    let length = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, length);
      if (end < 0) break;
      const entry = parse(bytes.toString('utf8', length, end));
      const last = bytes.indexOf(0x0a, end + 1) < 0;
      if (!entry && last) break;
      if (!entry) throw this.#corrupt(entries.length);
      entries.push(entry);
      length = end + 1;
    }
    return { entries, length, missing: false };
  }

  #corrupt(after: number): HoldfastError {
    return new HoldfastError(
      'STORAGE_CORRUPT',
      `The file history ${this.#path} is damaged after entry ${after}. It was left as it is; the run itself is not affected.`,
    );
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parse(line: string): Entry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = EntrySchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
