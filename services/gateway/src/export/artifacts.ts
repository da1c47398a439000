import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';

import { artifactPath, openInWorkspace, type WorkspaceFile } from '../api/artifact-file.ts';
import type { ExportedArtifact } from './run-export.ts';

/** The files of a run that are there, each with its hash, in the order in which the run named them. */
export async function listArtifacts(run: {
  readonly workspace: string;
  readonly artifacts: readonly string[];
}): Promise<ExportedArtifact[]> {
  const listed: ExportedArtifact[] = [];
  for (const path of new Set(run.artifacts.map(artifactPath))) {
    const file = await openArtifact(run.workspace, path);
    if (!file) continue;
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of bytesOf(file)) {
      hash.update(chunk);
      size += chunk.length;
    }
    listed.push({ path, size, sha256: hash.digest('hex') });
  }
  return listed;
}

/** Opens a file of a workspace; undefined where it is not there (any more). The caller reads it, or closes it. */
export async function openArtifact(workspace: string, path: string): Promise<WorkspaceFile | undefined> {
  try {
    return await openInWorkspace(workspace, path);
  } catch (error) {
    if (HoldfastError.has(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** The bytes of an open file, as many as it had when it was opened. Closes it. */
export async function* bytesOf({ handle, size }: WorkspaceFile): AsyncGenerator<Buffer> {
  if (size === 0) {
    await handle.close();
    return;
  }
  for await (const chunk of handle.createReadStream({ start: 0, end: size - 1 })) yield chunk as Buffer;
}
