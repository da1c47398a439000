import { agentpb, commonpb, create } from '@holdfast/protocol';

import type { RunRow, RunStatus, RunSummary } from '../journal/journal.ts';

const STATUSES: Record<RunStatus, agentpb.RunStatus> = {
  queued: agentpb.RunStatus.QUEUED,
  running: agentpb.RunStatus.RUNNING,
  waiting: agentpb.RunStatus.WAITING,
  held: agentpb.RunStatus.HELD,
  succeeded: agentpb.RunStatus.SUCCEEDED,
  failed: agentpb.RunStatus.FAILED,
  canceled: agentpb.RunStatus.CANCELED,
};

/** The status word of a wire status; undefined for UNSPECIFIED. */
export function statusWord(status: agentpb.RunStatus): RunStatus | undefined {
  const entries = Object.entries(STATUSES) as [RunStatus, agentpb.RunStatus][];
  return entries.find(([, wire]) => wire === status)?.[0];
}

/** A run as clients see it. */
export function viewOf(row: RunRow, summary: RunSummary, workspace: string): agentpb.Run {
  const { created } = row;
  const { limits, fork } = created;
  return create(agentpb.RunSchema, {
    id: row.id,
    tenant: row.tenant,
    agent: row.agent,
    playbook: created.playbook,
    task: created.task,
    status: STATUSES[row.status],
    createdAt: row.createdAt,
    startedAt: summary.startedAt,
    endedAt: row.endedAt,
    seq: summary.seq,
    steps: summary.steps,
    usage: create(agentpb.UsageSchema, { ...summary.usage }),
    limits: create(agentpb.RunLimitsSchema, {
      wallMs: limits.wallMs ?? 0,
      steps: limits.steps ?? 0,
      tokens: limits.tokens ?? 0,
      costUsd: limits.costUsd ?? 0,
    }),
    recoveries: row.totalRecoveries,
    output: summary.output,
    ...(summary.error ? { error: create(commonpb.ErrorDetailSchema, { ...summary.error }) } : {}),
    questions: summary.questions.map((question) =>
      create(agentpb.QuestionSchema, {
        actionId: question.actionId,
        kind: question.about,
        text: question.text,
        tool: question.tool,
        arguments: question.arguments,
        choices: [...question.choices],
      }),
    ),
    artifacts: [...summary.artifacts],
    inputs: created.inputs.map((input) => create(commonpb.InputSchema, { ...input })),
    forkedFrom: fork?.runId ?? '',
    forkedAt: fork?.seq ?? 0,
    replay: fork?.replay ?? false,
    tags: [...created.tags],
    isolation: summary.isolation,
    createdBy: created.createdBy,
    workspace,
    parameters: created.parameters,
  });
}
