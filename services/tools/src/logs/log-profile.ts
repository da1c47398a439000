import { z } from 'zod';

import { defineTool, type ToolOutcome } from '../tool.ts';
import { runInWorker } from '../worker/run-in-worker.ts';
import { LEVELS } from './level.ts';

/** Where the worker's code lies: beside this file in development, beside the bundle in production. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './log-profile-worker.js', import.meta.url);
}

/** Groups what went wrong in a log. */
export const logProfileTool = defineTool({
  name: 'log_profile',
  description:
    'Reads a log file, or all files of a folder (.gz too), and groups warnings and errors that differ only in values: how often, first and last seen, samples with file and line. Stack traces stay with their entry. Times of the common formats are understood.',
  parameters: z.strictObject({
    path: z.string().min(1).describe('A file or folder: relative to /workspace, or /workspace/..., /input/<name>/...'),
    level: z.enum(LEVELS).default('warn').describe('What is grouped: this level and what is graver.'),
    groups: z.number().int().min(1).max(500).default(50).describe('How many groups at most, the gravest first.'),
  }),
  effect: 'read',
  approval: 'none',
  timeoutMs: 600_000,
  async run(args, context): Promise<ToolOutcome> {
    const { path, level, groups } = args;
    return { ok: true, value: await runInWorker(workerUrl(), { path, level, groups }, context) };
  },
});
