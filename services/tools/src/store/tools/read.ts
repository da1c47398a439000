import { z } from 'zod';

import { saveFile } from '../../files/save.ts';
import { defineTool, type ToolModule } from '../../tool.ts';
import { bytesOf } from '../bytes.ts';
import type { FileStore } from '../store.ts';
import { MAX_TEXT_BYTES } from '../text.ts';
import { pathArgument, shown, WHAT_IT_IS } from './common.ts';

/** The largest file that is put into the workspace, bytes. */
const MAX_SAVED_BYTES = 64 * 1024 * 1024;

const parameters = z.strictObject({
  path: pathArgument,
  version: z.number().int().min(1).optional().describe('An old version. Left out: the newest.'),
  start_line: z.number().int().min(1).default(1),
  lines: z.number().int().min(1).max(100_000).default(2000).describe('How many lines at most.'),
  save_as: z
    .string()
    .min(1)
    .optional()
    .describe('Put the whole file at this path of /workspace instead of showing its text. For binary and large files.'),
});

/** Reads a shared file. */
export function sharedRead(store: FileStore): ToolModule {
  return defineTool({
    name: 'shared_read',
    source: 'files',
    description: `Reads a shared file, as text or into /workspace. ${WHAT_IT_IS} Give the version that you read as base_version when you write.`,
    parameters,
    effect: 'idempotent',
    effectOf: ({ save_as: target }) => (target === undefined ? 'read' : 'idempotent'),
    approval: 'none',
    timeoutMs: 60_000,
    async run({ path, version: wanted, start_line: first, lines, save_as: target }, context) {
      const version = await store.version(context.tenant, path, wanted);
      if (target !== undefined) {
        if (version.size > MAX_SAVED_BYTES) {
          const message = `${path} has ${version.size} bytes; at most ${MAX_SAVED_BYTES} are put into the workspace.`;
          return { ok: false, code: 'TOO_LARGE', message, value: shown(version) };
        }
        const saved = await saveFile(context, target, await bytesOf(store.read(context.tenant, version)));
        return { ok: true, value: { ...shown(version), saved_as: saved }, artifacts: [saved] };
      }
      const text = await store.text(context.tenant, version);
      if (text === undefined) {
        const message = `${path} is no text (UTF-8), or larger than ${MAX_TEXT_BYTES} bytes. Give save_as to have it in /workspace.`;
        return { ok: false, code: 'FAILED_PRECONDITION', message, value: shown(version) };
      }
      const all = text.split('\n');
      const part = all.slice(first - 1, first - 1 + lines);
      const more = first - 1 + part.length < all.length;
      return { ok: true, value: { ...shown(version), text: part.join('\n'), first_line: first, more } };
    },
  });
}
