import { z } from 'zod';

import { defineTool, type ToolModule } from '../../tool.ts';
import type { FileStore } from '../store.ts';
import { authorOf, baseArgument, changeOf, pathArgument, shown } from './common.ts';

const parameters = z.strictObject({
  path: pathArgument,
  version: z.number().int().min(1).describe('The version whose content is to be the newest again.'),
  base_version: baseArgument,
  message: z.string().max(1000).optional().describe('Why: shown in the history.'),
});

/** Makes an old content of a shared file the newest version. Repeated, it gives the version that it made. */
export function sharedRollback(store: FileStore): ToolModule {
  return defineTool({
    name: 'shared_rollback',
    source: 'files',
    description:
      'Makes an old version of a shared file the newest again, as a new version: what came between stays in the history.',
    parameters,
    effect: 'idempotent',
    approval: 'none',
    timeoutMs: 60_000,
    async run({ path, version, ...rest }, context) {
      const made = await store.rollback(authorOf(context), path, version, changeOf(context, rest));
      return { ok: true, value: shown(made) };
    },
  });
}
