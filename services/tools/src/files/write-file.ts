import { z } from 'zod';

import { defineTool, type ToolOutcome } from '../tool.ts';
import { saveFile } from './save.ts';
import { writePreview } from './write-preview.ts';

/** The largest file that a call writes, bytes of UTF-8. */
export const MAX_WRITE_BYTES = 8 * 1024 * 1024;

const parameters = z.strictObject({
  path: z.string().min(1).describe('Relative to /workspace, or /workspace/... Missing folders are made.'),
  content: z.string().describe('The whole new content, text. It replaces what is there.'),
});

/** Writes a whole text file into the workspace. Done twice, it is as if done once. */
export const writeFileTool = defineTool({
  name: 'write_file',
  description:
    'Writes a text file (UTF-8) in /workspace, whole: what was there is replaced in one step. Give results that a person will want to keep.',
  parameters,
  effect: 'idempotent',
  approval: 'none',
  timeoutMs: 30_000,
  check({ content }) {
    const bytes = Buffer.byteLength(content);
    if (bytes <= MAX_WRITE_BYTES) return undefined;
    return {
      code: 'TOO_LARGE',
      message: `The content has ${bytes} bytes; at most ${MAX_WRITE_BYTES} are written at once. Nothing was written. Split it into several files.`,
    };
  },
  preview: async ({ path, content }, context) => writePreview(path, content, context),
  async run({ path, content }, context): Promise<ToolOutcome> {
    const bytes = Buffer.from(content);
    const saved = await saveFile(context, path, bytes);
    return { ok: true, value: { path: saved, bytes: bytes.length }, artifacts: [saved] };
  },
});
