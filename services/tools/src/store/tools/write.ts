import { z } from 'zod';

import { bytesOf as fileBytes } from '../../files/bytes.ts';
import { openForReading, placesOf } from '../../files/context.ts';
import { statRegular } from '../../files/reader.ts';
import { defineTool, type ToolModule } from '../../tool.ts';
import type { FileStore } from '../store.ts';
import { authorOf, baseArgument, changeOf, pathArgument, shown, WHAT_IT_IS } from './common.ts';

const parameters = z.strictObject({
  path: pathArgument,
  content: z.string().optional().describe('The whole new content, text.'),
  from: z
    .string()
    .min(1)
    .optional()
    .describe('Instead of content: a file of /workspace or /input to store, of any kind.'),
  base_version: baseArgument,
  message: z.string().max(1000).optional().describe('What was changed, and why: shown in the history.'),
});

/** Writes a shared file. Repeated under its idempotency key, it gives the version that it made. */
export function sharedWrite(store: FileStore): ToolModule {
  return defineTool({
    name: 'shared_write',
    source: 'files',
    description: `Writes a shared file, whole, as a new version. ${WHAT_IT_IS} Where somebody else changed it meanwhile, nothing is overwritten: you get both changes merged, to check and to write again.`,
    parameters,
    effect: 'idempotent',
    approval: 'none',
    timeoutMs: 120_000,
    check({ content, from }) {
      if ((content === undefined) !== (from === undefined)) return undefined;
      return { code: 'INVALID_ARGUMENT', message: 'Give either content or from.' };
    },
    async run({ path, content, from, ...rest }, context) {
      const change = changeOf(context, rest);
      if (from === undefined) {
        const version = await store.write(authorOf(context), path, [Buffer.from(content ?? '')], change);
        return { ok: true, value: shown(version) };
      }
      const { handle, location } = await openForReading(from, placesOf(context));
      try {
        await statRegular(handle, location.virtual);
        const version = await store.write(authorOf(context), path, fileBytes(handle, 0), change);
        return { ok: true, value: shown(version) };
      } finally {
        await handle.close();
      }
    },
  });
}
