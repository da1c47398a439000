import { HoldfastError } from '@holdfast/protocol';

import type { Answer, JournalRecord, Outcome } from '../journal/record.ts';
import type { RunState } from './state.ts';

/** What a human may tell a run: the three verbs, and answers. */
export type Signal =
  | { readonly verb: 'stop'; readonly by: string }
  | { readonly verb: 'resume'; readonly by: string }
  | { readonly verb: 'cancel'; readonly by: string; readonly reason: string }
  | { readonly verb: 'answer'; readonly actionId: string; readonly answer: Answer };

/**
 * Whether a signal makes sense now, before it is stored.
 *
 * @throws HoldfastError FAILED_PRECONDITION or INVALID_ARGUMENT saying why not, and what can be done.
 */
export function checkSignal(state: RunState, signal: Signal): void {
  if (state.phase === 'ended') {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      `The run has ended (${state.ended?.status ?? 'failed'}). Fork it to go on from one of its checkpoints.`,
    );
  }
  if (signal.verb === 'resume' && state.phase === 'active') {
    throw new HoldfastError('FAILED_PRECONDITION', 'The run is not held: it goes on by itself.');
  }
  if (signal.verb !== 'answer') return;
  const question = state.open[signal.actionId]?.question;
  if (!question) {
    const open = Object.values(state.open).flatMap((action) => (action.question ? [action.id] : []));
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      open.length === 0
        ? 'The run asks nothing at the moment.'
        : `The run has no open question "${signal.actionId}". Open: ${open.join(', ')}.`,
    );
  }
  const { choice, text } = signal.answer;
  if (question.about === 'ask_human' && choice === '' && text === '') {
    throw new HoldfastError('INVALID_ARGUMENT', 'The answer is empty: give a text or one of the choices.');
  }
  if (question.about !== 'ask_human' && !question.choices.includes(choice)) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `"${choice}" is not a choice here. Choose one of: ${question.choices.join(', ')}.`,
    );
  }
}

/**
 * The records that a signal leads to, given the state; none if it no longer makes sense. A cancel ends the run: what
 * was under way is recorded as cancelled (a write under way may have taken effect).
 */
export function recordsOf(state: RunState, signal: Signal, now: number): JournalRecord[] {
  if (state.phase === 'ended') return [];
  switch (signal.verb) {
    case 'stop': {
      if (state.phase !== 'active') return [];
      const working = Object.values(state.open).some((action) => action.type !== 'question');
      const stopping: JournalRecord = { kind: 'control', at: now, verb: 'stopping', by: signal.by };
      return working ? [stopping] : [stopping, { kind: 'control', at: now, verb: 'held', by: signal.by }];
    }
    case 'resume':
      return state.phase === 'active' ? [] : [{ kind: 'control', at: now, verb: 'resumed', by: signal.by }];
    case 'answer': {
      const action = state.open[signal.actionId];
      if (!action?.question) return [];
      const denied = action.question.about === 'approval' && signal.answer.choice !== 'approve';
      return [
        {
          kind: 'outcome',
          at: now,
          id: action.id,
          attempt: action.attempt,
          status: denied ? 'denied' : 'ok',
          settled: 'answered',
          answer: signal.answer,
        },
      ];
    }
    case 'cancel':
      return endNow(state, now, {
        status: 'canceled',
        code: 'CANCELED',
        message: signal.reason === '' ? `Cancelled by ${signal.by}.` : `Cancelled by ${signal.by}: ${signal.reason}`,
      });
  }
}

/** The records that end a run at once: an outcome for each open action, and the end. */
export function endNow(
  state: RunState,
  now: number,
  how: { status: 'failed' | 'canceled'; code: string; message: string },
): JournalRecord[] {
  const outcomes = Object.values(state.open).map(
    (action): Outcome => ({
      kind: 'outcome',
      at: now,
      id: action.id,
      attempt: action.attempt,
      status: 'canceled',
      error: { code: 'CANCELED', message: 'It was under way when the run was ended.' },
    }),
  );
  const { status, code, message } = how;
  return [...outcomes, { kind: 'ended', at: now, status, output: '', error: { code, message } }];
}
