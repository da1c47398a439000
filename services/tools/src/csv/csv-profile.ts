import { z } from 'zod';

import { defineTool, type ToolOutcome } from '../tool.ts';
import { runInWorker } from '../worker/run-in-worker.ts';

/** Where the worker's code lies: beside this file in development, beside the bundle in production. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './csv-profile-worker.js', import.meta.url);
}

/** Describes the columns of a table in text form. */
export const csvProfileTool = defineTool({
  name: 'csv_profile',
  description:
    'Describes a CSV or TSV file of any size: delimiter, encoding, columns with type, missing, distinct and most frequent values, range, mean, quartiles, outliers with row numbers, and rows of the wrong width. It says where a figure is estimated.',
  parameters: z.strictObject({
    path: z.string().min(1).describe('The file: relative to /workspace, or /workspace/..., or /input/<name>/...'),
    delimiter: z.string().length(1).optional().describe('What separates the cells. Left out: found by itself.'),
    header: z.enum(['auto', 'yes', 'no']).default('auto').describe('Whether the first row names the columns.'),
  }),
  effect: 'read',
  approval: 'none',
  timeoutMs: 600_000,
  async run(args, context): Promise<ToolOutcome> {
    const { path, header, delimiter } = args;
    const given = delimiter === undefined ? { path, header } : { path, header, delimiter };
    return { ok: true, value: await runInWorker(workerUrl(), given, context) };
  },
});
