import { readdir, type FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { openForReading } from '../files/context.ts';
import { readableBy, statRegular } from '../files/reader.ts';
import { readText } from '../files/text-chunks.ts';
import { locate, type Places } from '../files/virtual-path.ts';
import { holdFolder } from '../files/walk.ts';
import type { Tell } from '../worker/serve.ts';
import { Continuation, headOf } from './entry.ts';
import { Groups } from './groups.ts';
import type { Level } from './level.ts';
import { stampOf } from './timestamp.ts';

/** What a call of log_profile asks for. */
export interface LogOptions {
  readonly path: string;
  readonly level: Level;
  readonly groups: number;
}

const MAX_FILES = 5000;
const MAX_DEPTH = 8;
const MAX_LINE_CHARS = 16 * 1024;
const MAX_ENTRY_LINES = 60;
const SAMPLE_LINES = 200;

interface Totals {
  lines: number;
  readonly files: { path: string; lines: number; bytes: number }[];
  readonly leftOut: { path: string; why: string }[];
}

/** Reads a log, or a folder of logs, once, and groups what went wrong. */
export async function profileLogs(options: LogOptions, places: Places, tell: Tell): Promise<JsonObject> {
  const groups = new Groups(options.level);
  const totals: Totals = { lines: 0, files: [], leftOut: [] };
  const { paths, more } = await filesOf(options.path, places);
  for (const [index, path] of paths.entries()) {
    try {
      const { handle } = await openForReading(path, places);
      try {
        const found = await statRegular(handle, path);
        await readLog(handle, path, found.mtimeMs, groups, totals, (share) =>
          tell((index + share / Math.max(1, found.size)) / paths.length, `${totals.lines} lines read`),
        );
      } finally {
        await handle.close();
      }
    } catch (error) {
      // A single file that was asked for must be read; one of a folder is left out, by name.
      if (!HoldfastError.is(error) || paths.length === 1) throw error;
      totals.leftOut.push({ path, why: error.message });
    }
  }
  if (totals.lines === 0) {
    throw new HoldfastError('INVALID_ARGUMENT', `${options.path} holds no text: there is no log to look at.`);
  }
  return {
    path: locate(options.path, places).virtual,
    lines: totals.lines,
    files: totals.files.slice(0, 200),
    files_read: totals.files.length,
    left_out: totals.leftOut.slice(0, 50),
    left_out_count: totals.leftOut.length,
    more_files: more,
    ...groups.toJson(options.groups),
  };
}

/** The files below a folder, by name; of a file itself alone. Links are not followed. */
async function filesOf(path: string, places: Places): Promise<{ paths: string[]; more: boolean }> {
  const { handle, location } = await openForReading(path, places);
  const isFolder = (await handle.stat()).isDirectory();
  await handle.close();
  if (!isFolder) return { paths: [location.virtual], more: false };
  const options = readableBy(await stat(places.workspace), process.getuid?.() === 0);
  const paths: string[] = [];
  const folders = [{ virtual: location.virtual, depth: 0 }];
  for (const { virtual, depth } of folders) {
    const folder = await holdFolder(locate(virtual, places), places, options);
    try {
      const entries = await readdir(folder.entry('.'), { withFileTypes: true });
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const below = posix.join(virtual, entry.name);
        if (entry.isFile()) paths.push(below);
        if (entry.isDirectory() && depth < MAX_DEPTH && entry.name !== '.git')
          folders.push({ virtual: below, depth: depth + 1 });
        if (paths.length > MAX_FILES) return { paths: paths.slice(0, MAX_FILES), more: true };
      }
    } finally {
      await folder.close();
    }
  }
  return { paths, more: false };
}

async function readLog(
  handle: FileHandle,
  path: string,
  written: number,
  groups: Groups,
  totals: Totals,
  tell: (bytes: number) => void,
): Promise<void> {
  const text = await readText(handle, path);
  if (text.encoding === 'binary') throw new HoldfastError('INVALID_ARGUMENT', `${path} is a binary file.`);
  const joiner = new Joiner(path, written, groups);
  const file = { path, lines: 0, bytes: 0 };
  const take = (line: string): void => {
    file.lines += 1;
    joiner.add(line.endsWith('\r') ? line.slice(0, -1) : line, file.lines);
  };
  let rest = '';
  for await (const chunk of text.chunks) {
    const pieces = (rest + chunk).split('\n');
    rest = (pieces.pop() ?? '').slice(0, MAX_LINE_CHARS);
    for (const piece of pieces) take(piece.slice(0, MAX_LINE_CHARS));
    tell(text.bytesRead());
  }
  if (rest !== '') take(rest);
  joiner.end();
  file.bytes = text.bytesRead();
  totals.files.push(file);
  totals.lines += file.lines;
}

/** Joins the lines of one file to entries. The first lines decide whether entries begin with a time. */
class Joiner {
  readonly #path: string;
  readonly #written: number;
  readonly #groups: Groups;
  readonly #continuation = new Continuation();
  #waiting: { line: string; number: number }[] | undefined = [];
  #stamped = false;
  #open: { lines: string[]; line: number } | undefined;

  constructor(path: string, written: number, groups: Groups) {
    this.#path = path;
    this.#written = written;
    this.#groups = groups;
  }

  add(line: string, number: number): void {
    if (!this.#waiting) {
      this.#take(line, number);
      return;
    }
    this.#waiting.push({ line, number });
    if (this.#waiting.length === SAMPLE_LINES) this.#decide();
  }

  end(): void {
    this.#decide();
    this.#close();
  }

  #decide(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    const starts = waiting.filter(({ line }) => line !== '' && !/^\s/.test(line));
    const stamped = starts.filter(({ line }) => this.#isStamped(line)).length;
    this.#stamped = stamped > 0 && stamped * 4 >= starts.length;
    for (const { line, number } of waiting) this.#take(line, number);
  }

  #isStamped(line: string): boolean {
    return line.startsWith('{') || stampOf(line, this.#written) !== undefined;
  }

  #take(line: string, number: number): void {
    const goesOn = this.#continuation.check(line, this.#stamped && !this.#isStamped(line));
    if (goesOn && this.#open) {
      if (line !== '' && this.#open.lines.length < MAX_ENTRY_LINES) this.#open.lines.push(line);
      return;
    }
    this.#close();
    if (line !== '') this.#open = { lines: [line], line: number };
  }

  #close(): void {
    const entry = this.#open;
    this.#open = undefined;
    const [first] = entry?.lines ?? [];
    if (!entry || first === undefined) return;
    this.#groups.add({ head: headOf(first, this.#written), file: this.#path, ...entry });
  }
}
