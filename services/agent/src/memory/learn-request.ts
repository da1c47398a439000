import { create, memorypb } from '@holdfast/protocol';

import type { Numbered } from '../journal/record.ts';
import type { RunState } from '../run/state.ts';
import { callerOfRun, scopeOfRun } from './scope.ts';
import { createTranscriber, type Part } from './transcript.ts';

/** Characters of one part of a transcript, and of all parts. */
const PART_CHARS = 8_000;
const TRANSCRIPT_CHARS = 400_000;
/** What these answer is in memory already. */
const MEMORY_TOOLS: ReadonlySet<string> = new Set(['remember', 'recall', 'forget', 'relate']);

/**
 * What is learned from a run that has ended; undefined where no model has said anything in it. What is learned belongs to
 * the person of the run, for all of their agents.
 */
export function learnRequest(
  runId: string,
  { created, ended, messages }: RunState,
  records: readonly Numbered[],
): memorypb.LearnFromRunRequest | undefined {
  const parts = createTranscriber()
    .next(messages)
    .filter(({ tool }) => !MEMORY_TOOLS.has(tool));
  if (!ended || !parts.some(({ role }) => role === 'assistant')) return undefined;
  const times = new Map(
    records.flatMap(({ record }) => (record.kind === 'outcome' ? [[record.id, record.at] as const] : [])),
  );
  return create(memorypb.LearnFromRunRequestSchema, {
    caller: callerOfRun(created),
    runId,
    scope: { user: scopeOfRun(created).user },
    task: cut(created.task, PART_CHARS),
    status: statusOf(ended),
    transcript: newest(parts).map(({ text, ...part }) => ({
      ...part,
      text: cut(text, PART_CHARS),
      at: times.get(part.actionId) ?? created.at,
    })),
  });
}

function statusOf({ status, error }: NonNullable<RunState['ended']>): string {
  if (status === 'succeeded') return 'completed';
  return status === 'failed' && error?.code === 'LIMIT_EXCEEDED' ? 'limited' : status;
}

/** Of a very long run: the first word of the person, and the end. */
function newest(parts: readonly Part[]): readonly Part[] {
  let left = TRANSCRIPT_CHARS;
  const from = parts.findLastIndex(({ text }) => {
    left -= Math.min(text.length, PART_CHARS);
    return left < 0;
  });
  return from < 0 ? parts : [...parts.slice(0, 1), ...parts.slice(Math.max(1, from + 1))];
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
