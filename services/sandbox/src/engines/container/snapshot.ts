import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { Agent } from '../../agent/agent.ts';
import { saveFiles } from '../saved-files.ts';

const RecordSchema = z.strictObject({ kind: z.literal('container'), image: z.string() });

/** What a snapshot is taken of. */
export interface SnapshotSource {
  readonly agent: Agent;
  readonly image: string;
}

/**
 * Saves the files of `user` in /home/user and /tmp. A container's memory cannot be saved: its processes are not in the
 * snapshot. /workspace is a folder of the host, and not in it either.
 * Throws FAILED_PRECONDITION when the image has no `tar`.
 */
export async function takeSnapshot({ agent, image }: SnapshotSource, folder: string): Promise<void> {
  await saveFiles(agent, folder);
  await writeFile(join(folder, 'container.json'), JSON.stringify({ kind: 'container', image }));
}

/** The image that a snapshot was taken on. Throws FAILED_PRECONDITION when it is not one of a container. */
export async function snapshotImage(folder: string): Promise<string> {
  try {
    return RecordSchema.parse(JSON.parse(await readFile(join(folder, 'container.json'), 'utf8'))).image;
  } catch (error) {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      'This is no snapshot of level container, or it is not whole. Nothing was started; create a sandbox without it.',
      { cause: error },
    );
  }
}
