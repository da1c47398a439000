import type { JsonObject } from '@holdfast/protocol';
import { HoldfastError } from '@holdfast/protocol';
import { diffPatch } from 'node-diff3';

import type { PreviewContext } from '../tool.ts';
import { openForReading } from './context.ts';
import { statRegular } from './reader.ts';
import { locate } from './virtual-path.ts';

/** Comparing takes time by the square of the lines: of larger files only the sizes are told. */
const MOST_BYTES = 256 * 1024;
const MOST_LINES = 2000;

/** What writing a file would change in it. */
export async function writePreview(path: string, content: string, context: PreviewContext): Promise<JsonObject> {
  const bytes = Buffer.byteLength(content);
  const { workspace, inputs } = context;
  if (workspace === undefined) return { path, bytes, note: 'Name a run to see what would change in its workspace.' };
  const places = { workspace, inputs };
  const location = locate(path, places);
  if (!location.writable) throw new HoldfastError('REFUSED', `${location.virtual} is only for reading.`);
  const about = { path: location.virtual, bytes };
  const before = await textOf(path, places);
  if (before === undefined) return { ...about, change: 'added' };
  if (before.text === content) return { ...about, change: 'none', bytes_before: before.bytes };
  const changed = { ...about, change: 'modified', bytes_before: before.bytes };
  if (before.text === undefined) return { ...changed, note: 'The file is too large to be compared, or not text.' };
  const [old, now] = [before.text.split('\n'), content.split('\n')];
  if (Math.max(old.length, now.length) > MOST_LINES) {
    return { ...changed, lines_before: old.length, lines: now.length, note: 'Too many lines to be compared.' };
  }
  return { ...changed, diff: diffOf(old, now) };
}

async function textOf(
  path: string,
  places: Parameters<typeof openForReading>[1],
): Promise<{ bytes: number; text: string | undefined } | undefined> {
  try {
    const { handle, location } = await openForReading(path, places);
    try {
      const { size } = await statRegular(handle, location.virtual);
      if (size > MOST_BYTES) return { bytes: size, text: undefined };
      const content = await handle.readFile();
      const text = content.toString('utf8');
      return { bytes: size, text: Buffer.from(text).equals(content) && !text.includes('\0') ? text : undefined };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (HoldfastError.has(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** As `diff -U0` shows it. */
function diffOf(old: readonly string[], now: readonly string[]): string {
  return diffPatch([...old], [...now])
    .flatMap(({ buffer1, buffer2 }) => [
      `@@ -${rangeOf(buffer1)} +${rangeOf(buffer2)} @@`,
      ...buffer1.chunk.map((line) => `-${line}`),
      ...buffer2.chunk.map((line) => `+${line}`),
    ])
    .join('\n');
}

function rangeOf({ offset, length }: { readonly offset: number; readonly length: number }): string {
  // Of no lines the range names the line before them.
  return `${length === 0 ? offset : offset + 1},${length}`;
}
