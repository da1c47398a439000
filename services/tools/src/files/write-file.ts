import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolContext, type ToolOutcome } from '../tool.ts';
import { writeAtomically } from './atomic-write.ts';
import { placesOf } from './context.ts';
import { locate } from './virtual-path.ts';

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
  async run({ path, content }, context): Promise<ToolOutcome> {
    const places = placesOf(context);
    const location = locate(path, places);
    if (!location.writable) {
      throw new HoldfastError(
        'REFUSED',
        `${location.virtual} is an input, which is only for reading. Write below /workspace.`,
      );
    }
    if (path.endsWith('/')) throw new HoldfastError('INVALID_ARGUMENT', `"${path}" names a folder. Name a file in it.`);
    const bytes = Buffer.from(content);
    const key = createHash('sha256').update(context.idempotencyKey).digest('hex').slice(0, 16);
    await writeAtomically({ location, places, content: bytes, owner: await ownerOf(context), key });
    return { ok: true, value: { path: location.virtual, bytes: bytes.length }, artifacts: [location.virtual] };
  },
});

/**
 * The user that commands of this run work as: it must be able to change what is written here. Only a service that is
 * root gives files away; the sandbox is made first, since it is what gives the workspace its owner.
 */
export async function ownerOf(context: ToolContext): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    await context.ready();
  } catch (error) {
    // Where nothing can be run there is nobody to share the file with.
    if (HoldfastError.has(error, 'SANDBOX_UNAVAILABLE')) return undefined;
    throw error;
  }
  const { uid, gid } = await stat(context.workspace);
  return { uid, gid };
}
