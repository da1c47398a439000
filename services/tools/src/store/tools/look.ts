import { z } from 'zod';

import { defineTool, type ToolModule } from '../../tool.ts';
import type { FileStore } from '../store.ts';
import { pathArgument, shown, WHAT_IT_IS } from './common.ts';

const ROWS = 200;
const MAX_DIFF_CHARS = 100_000;

/** Lists shared files. */
export function sharedList(store: FileStore): ToolModule {
  return defineTool({
    name: 'shared_list',
    source: 'files',
    description: `Lists shared files by the beginning of their path, with size, newest version and who wrote it. ${WHAT_IT_IS}`,
    parameters: z.strictObject({
      prefix: z.string().max(1024).default('').describe('Such as reports/ ; left out: all.'),
      after: z.string().max(1024).default('').describe('Go on after this path.'),
    }),
    effect: 'read',
    approval: 'none',
    timeoutMs: 30_000,
    async run({ prefix, after }, { tenant }) {
      const files = await store.list(tenant, prefix, { after, limit: ROWS });
      return {
        ok: true,
        value: { files: files.map((file) => ({ ...shown(file), oldest: file.oldest })), more: files.length === ROWS },
      };
    },
  });
}

/** Shows the versions of a shared file. */
export function sharedHistory(store: FileStore): ToolModule {
  return defineTool({
    name: 'shared_history',
    source: 'files',
    description:
      'Lists the versions of a shared file, newest first: who wrote each, when, and why. shared_read reads any of them.',
    parameters: z.strictObject({
      path: pathArgument,
      before: z.number().int().min(2).optional().describe('Only versions before this one.'),
    }),
    effect: 'read',
    approval: 'none',
    timeoutMs: 30_000,
    async run({ path, before }, { tenant }) {
      const versions = await store.log(tenant, path, { limit: ROWS, ...(before === undefined ? {} : { before }) });
      return { ok: true, value: { path, versions: versions.map(shown), more: versions.length === ROWS } };
    },
  });
}

/** Shows what changed between two versions. */
export function sharedDiff(store: FileStore): ToolModule {
  return defineTool({
    name: 'shared_diff',
    source: 'files',
    description: 'Shows what changed between two versions of a shared text file, as a unified diff.',
    parameters: z.strictObject({
      path: pathArgument,
      before: z.number().int().min(1).describe('The older version.'),
      after: z.number().int().min(1).optional().describe('The newer one. Left out: the newest.'),
    }),
    effect: 'read',
    approval: 'none',
    timeoutMs: 60_000,
    async run({ path, before, after }, { tenant }) {
      const [a, b] = [await store.version(tenant, path, before), await store.version(tenant, path, after)];
      const diff = await store.diff(tenant, a, b);
      const truncated = diff.length > MAX_DIFF_CHARS;
      return {
        ok: true,
        value: {
          path,
          before: a.n,
          after: b.n,
          diff: diff.slice(0, MAX_DIFF_CHARS),
          ...(truncated ? { truncated } : {}),
        },
      };
    },
  });
}
