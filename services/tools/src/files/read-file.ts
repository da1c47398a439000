import type { FileHandle } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolOutcome } from '../tool.ts';
import { bytesOf } from './bytes.ts';
import { openForReading, placesOf } from './context.ts';
import { detectEncoding, SAMPLE_BYTES } from './encoding.ts';
import { statRegular } from './reader.ts';

const MAX_BYTES = 512 * 1024;

const parameters = z.strictObject({
  path: z.string().min(1).describe('Relative to /workspace, or /workspace/..., or /input/<name>/...'),
  start_line: z.number().int().min(1).default(1).describe('The first line to read; 1 is the first of the file.'),
  lines: z.number().int().min(1).max(100_000).default(2000).describe('How many lines at most.'),
  max_bytes: z
    .number()
    .int()
    .min(1)
    .max(MAX_BYTES)
    .default(64 * 1024)
    .describe('How many bytes of text at most.'),
});

/** Reads a range of lines of a text file of the run. */
export const readFileTool = defineTool({
  name: 'read_file',
  description:
    'Reads a text file, or a range of its lines. Gives its text, encoding, size and whether there is more. Binary files are refused.',
  parameters,
  effect: 'read',
  approval: 'none',
  timeoutMs: 30_000,
  async run(args, context): Promise<ToolOutcome> {
    const { handle, location } = await openForReading(args.path, placesOf(context));
    try {
      const { size } = await statRegular(handle, location.virtual);
      const sample = Buffer.alloc(Math.min(SAMPLE_BYTES, size));
      const { bytesRead } = await handle.read(sample, 0, sample.length, 0);
      const { encoding, bom } = detectEncoding(sample.subarray(0, bytesRead));
      if (encoding === 'binary') {
        throw new HoldfastError('INVALID_ARGUMENT', `${location.virtual} is a binary file of ${size} bytes, not text.`);
      }
      const range = await readRange(handle, { ...args, encoding, bom, signal: context.signal });
      return { ok: true, value: { path: location.virtual, encoding, size, ...range } };
    } finally {
      await handle.close();
    }
  },
});

interface RangeOptions {
  readonly start_line: number;
  readonly lines: number;
  readonly max_bytes: number;
  readonly encoding: string;
  readonly bom: number;
  readonly signal: AbortSignal;
}

async function readRange(handle: FileHandle, options: RangeOptions) {
  const decoder = new TextDecoder(options.encoding);
  const last = options.start_line + options.lines - 1;
  let line = 1;
  let text = '';
  let more = false;
  const take = (chunk: string): boolean => {
    let at = 0;
    while (at < chunk.length) {
      if (line > last || text.length > options.max_bytes) {
        more = true;
        return false;
      }
      const end = chunk.indexOf('\n', at);
      const next = end < 0 ? chunk.length : end + 1;
      if (line >= options.start_line) text += chunk.slice(at, next);
      if (end >= 0) line += 1;
      at = next;
    }
    return true;
  };
  let wanted = true;
  for await (const chunk of bytesOf(handle, options.bom)) {
    options.signal.throwIfAborted();
    wanted = take(decoder.decode(chunk, { stream: true }));
    if (!wanted) break;
  }
  if (wanted) take(decoder.decode());
  const bytes = Buffer.from(text);
  if (bytes.length > options.max_bytes) {
    more = true;
    text = new TextDecoder().decode(bytes.subarray(0, options.max_bytes), { stream: true });
  }
  const newlines = text.split('\n').length - 1;
  const shown = newlines + (text === '' || text.endsWith('\n') ? 0 : 1);
  return { text, first_line: options.start_line, last_line: options.start_line + shown - 1, more };
}
