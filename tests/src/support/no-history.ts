import { cp, mkdir } from 'node:fs/promises';

import { create, HoldfastError, type ToolsApi, toolspb } from '@holdfast/protocol';

/** What a test's own tools service says of files, pages and policy: it records nothing, copies workspaces, prints nothing. */
export const noHistory: Pick<
  ToolsApi,
  'listChanges' | 'readVersion' | 'restoreFiles' | 'printPdf' | 'dryRun' | 'findTools' | 'listUsage'
> = {
  async listChanges() {
    return create(toolspb.ListChangesResponseSchema);
  },
  async readVersion({ sha256 }) {
    throw new HoldfastError('NOT_FOUND', `The version ${sha256} was not kept.`);
  },
  async restoreFiles({ mounts, target }) {
    const [from, to] = [mounts?.workspace ?? '', target?.workspace ?? ''];
    await mkdir(from, { recursive: true });
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
    return create(toolspb.RestoreFilesResponseSchema);
  },
  async dryRun() {
    return create(toolspb.DryRunResponseSchema, { noPreview: 'This tools service knows nothing beforehand.' });
  },
  async findTools() {
    return create(toolspb.FindToolsResponseSchema);
  },
  async listUsage() {
    return create(toolspb.ListUsageResponseSchema);
  },
  async printPdf() {
    throw new HoldfastError('FAILED_PRECONDITION', 'This tools service prints nothing.');
  },
};
