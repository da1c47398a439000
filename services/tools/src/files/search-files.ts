import { posix } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { run } from '../process/run.ts';
import { defineTool, type ToolOutcome } from '../tool.ts';
import { openForReading, placesOf } from './context.ts';

const LINE_CHARS = 300;

const parameters = z.strictObject({
  pattern: z.string().min(1).max(1000).describe('What to look for: an extended regular expression (as grep -E).'),
  path: z
    .string()
    .default('.')
    .describe('A file or folder: relative to /workspace, or /workspace/..., /input/<name>/...'),
  literal: z.boolean().default(false).describe('Take the pattern as plain text.'),
  ignore_case: z.boolean().default(false),
  include: z.string().min(1).max(200).optional().describe('Only files whose name matches this glob, such as *.ts'),
  limit: z.number().int().min(1).max(1000).default(100).describe('How many matching lines at most.'),
});

/**
 * Looks for a pattern in text files. It runs as `grep` in the sandbox: its time is bounded from outside, so that no
 * pattern can hang the service.
 */
export const searchFilesTool = defineTool({
  name: 'search_files',
  description:
    'Finds lines in text files that match a regular expression (or a plain text), with file and line number. Binary files and .git are left out.',
  parameters,
  effect: 'read',
  approval: 'none',
  timeoutMs: 30_000,
  check: ({ pattern }) =>
    /[\n\0]/.test(pattern)
      ? { code: 'INVALID_ARGUMENT', message: 'The pattern holds a line break or NUL: one line is searched at a time.' }
      : undefined,
  async run(args, context): Promise<ToolOutcome> {
    const { handle, location } = await openForReading(args.path, placesOf(context));
    const isFolder = await handle.stat().then(
      (found) => found.isDirectory(),
      () => false,
    );
    await handle.close();
    const { virtual } = location;
    const cwd = isFolder ? virtual : posix.dirname(virtual);
    const matches: { path: string; line: number; text: string }[] = [];
    const argv = [
      'grep',
      '-rnIHZ',
      args.literal ? '-F' : '-E',
      ...(args.ignore_case ? ['-i'] : []),
      ...(args.include === undefined ? [] : [`--include=${args.include}`]),
      '--exclude-dir=.git',
      '--exclude-dir=.holdfast',
      `--regexp=${args.pattern}`,
      '--',
      isFolder ? '.' : `./${posix.basename(virtual)}`,
    ];
    const ended = await run(context, argv, { cwd, env: { LC_ALL: 'C.UTF-8' } }, (record) => {
      if (matches.length === args.limit) return false;
      const match = /^([^\0]*)\0(\d+):(.*)$/s.exec(record);
      if (!match) return true;
      const [, path = '', line = '', text = ''] = match;
      matches.push({ path: posix.join(cwd, path), line: Number(line), text: shorten(text) });
      return true;
    });
    if (ended.exitCode > 1 && matches.length === 0) {
      throw new HoldfastError('INVALID_ARGUMENT', `The search failed: ${ended.stderr || 'grep gives no reason'}`);
    }
    return { ok: true, value: { matches, more: ended.stopped, problems: ended.stderr } };
  },
});

function shorten(text: string): string {
  return text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS)} ...` : text;
}
