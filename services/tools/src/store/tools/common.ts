import type { JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import type { ToolContext } from '../../tool.ts';
import type { Author, ChangeOptions } from '../store.ts';
import type { Version } from '../version.ts';

/** What every description says of the shared files. */
export const WHAT_IT_IS =
  'Shared files are not /workspace: all agents and people of the team see them, on every machine, and they outlive the run. Each change makes a version; none is lost.';

/** A path of the shared files, as an argument. */
export const pathArgument = z
  .string()
  .min(1)
  .max(1024)
  .describe('The path of a shared file, such as reports/q3.md; no slash at the beginning.');

/** The version that a change was made from, as an argument. */
export const baseArgument = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe(
    'The version that you read and changed; 0 for a new file. The call is refused if somebody has changed the file since. Leave it out only where it does not matter what is there.',
  );

/** In whose name a call changes shared files. */
export function authorOf({ tenant, subject, runId }: ToolContext): Author {
  return { tenant, subject, runId };
}

/** How a call changes them: once, however often it is repeated. */
export function changeOf(
  { idempotencyKey, signal }: ToolContext,
  args: { readonly base_version?: number | undefined; readonly message?: string | undefined },
): ChangeOptions {
  return {
    requestKey: idempotencyKey,
    signal,
    ...(args.base_version === undefined ? {} : { base: args.base_version }),
    ...(args.message === undefined ? {} : { message: args.message }),
  };
}

/** A version as a model sees it. */
export function shown({ path, n, size, subject, runId, at, message, deleted }: Version): JsonObject {
  return {
    path,
    version: n,
    size,
    by: subject,
    ...(runId === '' ? {} : { run: runId }),
    at: new Date(at).toISOString(),
    ...(message === '' ? {} : { message }),
    ...(deleted ? { deleted } : {}),
  };
}
