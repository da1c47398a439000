import { create, HoldfastError, type commonpb, type ToolsApi, toolspb } from '@holdfast/protocol';

import { keyOf } from '../sandboxes.ts';
import type { FileHistory, RunFiles } from './history.ts';
import type { Known } from './state.ts';

/** The part of the tools service that shows and restores what runs did to their files. */
export function historyApi(history: FileHistory): Pick<ToolsApi, 'listChanges' | 'readVersion' | 'restoreFiles'> {
  return {
    async listChanges(request) {
      const { changes, truncated } = await history.list(filesOf(request));
      return create(toolspb.ListChangesResponseSchema, {
        truncated,
        changes: changes.map(({ files, ...change }) =>
          create(toolspb.ChangeSetSchema, { ...change, files: files.map((file) => fileOf(file)) }),
        ),
      });
    },

    async readVersion(request) {
      const content = await history.read(filesOf(request), request.sha256);
      return create(toolspb.ReadVersionResponseSchema, { content });
    },

    async restoreFiles(request) {
      const target = workspaceOf(request.target);
      const notRestored = await history.restore(filesOf(request), target, request.actions);
      return create(toolspb.RestoreFilesResponseSchema, { notRestored: [...notRestored] });
    },
  };
}

function filesOf(request: {
  caller?: commonpb.Caller | undefined;
  runId: string;
  mounts?: commonpb.Mounts | undefined;
}): RunFiles {
  const { caller, runId, mounts } = request;
  return { key: keyOf({ caller, runId }), workspace: workspaceOf(mounts) };
}

function workspaceOf(mounts: commonpb.Mounts | undefined): string {
  if (mounts && mounts.workspace !== '') return mounts.workspace;
  throw new HoldfastError('INVALID_ARGUMENT', 'The call does not say where the workspace of the run is.');
}

function fileOf({ path, before, after }: { path: string; before: Known | null; after: Known | null }) {
  return create(toolspb.FileChangeSchema, {
    path,
    ...(before ? { before: versionOf(before) } : {}),
    ...(after ? { after: versionOf(after) } : {}),
  });
}

function versionOf({ sha256, size, mode, kept, binary }: Known): toolspb.FileVersion {
  return create(toolspb.FileVersionSchema, { sha256, size, mode, kept, binary });
}
