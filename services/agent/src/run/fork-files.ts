import { commonpb, create, type ToolsApi, toolspb } from '@holdfast/protocol';

import type { Created, ForkOrigin, Numbered } from '../journal/record.ts';

/** Where a fork begins. */
export interface ForkFiles {
  readonly tools: ToolsApi;
  readonly created: Created & { readonly fork: ForkOrigin };
  /** The old run's journal. */
  readonly records: readonly Numbered[];
  /** Host paths: the old run's, and the new run's, which is made. */
  readonly from: string;
  readonly to: string;
}

/**
 * Gives a fork the files of the old run as they were at its checkpoint: with the changes of the tool calls that had
 * ended by then. A replay gets those of all calls, since it takes their results from the record and does not make them
 * again.
 *
 * @returns paths of files whose content of then was not kept: they are as they are now in the old run
 */
export async function copyFiles({ tools, created, records, from, to }: ForkFiles): Promise<string[]> {
  const { fork, tenant, createdBy } = created;
  const { notRestored } = await tools.restoreFiles(
    create(toolspb.RestoreFilesRequestSchema, {
      caller: create(commonpb.CallerSchema, { tenant, subject: createdBy, traceparent: created.traceparent }),
      runId: fork.runId,
      mounts: create(commonpb.MountsSchema, { workspace: from }),
      target: create(commonpb.MountsSchema, { workspace: to }),
      actions: endedCalls(records, fork.replay ? Number.POSITIVE_INFINITY : fork.seq),
    }),
  );
  return notRestored;
}

/** The tool calls that had ended by record `seq`, each in its latest attempt. */
export function endedCalls(records: readonly Numbered[], seq: number): toolspb.EndedAction[] {
  const attempts = new Map<string, number>();
  const tools = new Set<string>();
  for (const { record, seq: number } of records) {
    if (number > seq) continue;
    if (record.kind === 'intent' && record.type === 'tool') tools.add(record.id);
    if (record.kind === 'outcome' && tools.has(record.id)) attempts.set(record.id, record.attempt);
  }
  return [...attempts].map(([actionId, attempt]) => create(toolspb.EndedActionSchema, { actionId, attempt }));
}
