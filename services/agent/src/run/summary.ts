import type { RunStatus, RunSummary } from '../journal/journal.ts';
import { isWaiting } from './machine.ts';
import type { RunState } from './state.ts';

/** What lists show of a run, derived from its state. */
export function summarise(state: RunState, seq: number, isolation: string): RunSummary {
  return {
    seq,
    steps: state.step,
    startedAt: state.startedAt,
    usage: { ...state.usage },
    output: state.ended?.output ?? '',
    ...(state.ended?.error ? { error: state.ended.error } : {}),
    artifacts: [...state.artifacts],
    questions: Object.values(state.open).flatMap((action) =>
      action.question
        ? [
            {
              actionId: action.id,
              about: action.question.about,
              text: action.question.text,
              tool: action.question.about === 'ask_human' ? '' : action.name,
              choices: action.question.choices,
              arguments: action.arguments,
            },
          ]
        : [],
    ),
    isolation,
  };
}

/** The status that the state of a run without a worker calls for. */
export function statusOf(state: RunState): RunStatus {
  if (state.phase === 'ended') return state.ended?.status ?? 'failed';
  if (state.phase === 'held') return 'held';
  return isWaiting(state) ? 'waiting' : 'queued';
}
