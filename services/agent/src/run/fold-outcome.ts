import type { JsonValue } from '@holdfast/protocol';

import type { Outcome } from '../journal/record.ts';
import type { Call, OpenAction, RunState } from './state.ts';

const UNKNOWN_OUTCOME =
  'This call was interrupted by a crash after it had started. Whether it took effect is NOT known, and it was not run again. Find out before you repeat it.';

const CUT_OFF =
  'The model was cut off at its limit of output tokens: the output is only the beginning of its answer. Everything so far is kept; fork the run from its last checkpoint and ask for the rest, or for a shorter answer.';

/** Folds the outcome of an action into `state`, in place. An outcome of an action that is not open changes nothing. */
export function foldOutcome(state: RunState, outcome: Outcome): void {
  const action = state.open[outcome.id];
  if (!action) return;
  delete state.open[outcome.id];
  if (action.type === 'model') foldModel(state, outcome);
  const call = state.calls[action.call];
  if (!call) return;
  if (action.type === 'tool') foldTool(state, call, outcome);
  else foldAnswer(call, action, outcome);
  finishStep(state);
}

function foldModel(state: RunState, outcome: Outcome): void {
  const answer = outcome.model;
  if (answer) {
    state.usage.inputTokens += answer.usage.inputTokens;
    state.usage.outputTokens += answer.usage.outputTokens;
    state.usage.cachedInputTokens += answer.usage.cachedInputTokens;
    if (answer.costUsd === undefined) state.usage.costUnknown = true;
    else state.usage.costUsd += answer.costUsd;
  }
  if (outcome.status === 'error') {
    state.failure = outcome.error ?? { code: 'INTERNAL', message: 'The model call failed.' };
    return;
  }
  if (outcome.status !== 'ok' || !answer) return;
  state.messages.push({ role: 'assistant', parts: answer.parts });
  if (answer.reason === 'length' && !answer.parts.some((part) => part.type === 'tool-call')) {
    state.failure = { code: 'LIMIT_EXCEEDED', message: CUT_OFF };
    return;
  }
  state.calls = answer.parts.flatMap((part) =>
    part.type === 'tool-call'
      ? [
          {
            callId: part.id,
            name: part.name,
            arguments: part.arguments,
            ...(part.invalid === undefined ? {} : { invalid: part.invalid }),
            phase: 'new' as const,
            attempts: 0,
          },
        ]
      : [],
  );
}

function foldTool(state: RunState, call: Call, outcome: Outcome): void {
  for (const path of outcome.artifacts ?? []) if (!state.artifacts.includes(path)) state.artifacts.push(path);
  if (outcome.status !== 'unknown') {
    finishCall(call, outcome.status === 'ok', outcome.value ?? outcome.error?.message ?? null);
  } else if (state.created.onUnknown === 'ask') {
    call.phase = 'unknown';
  } else {
    finishCall(call, false, { error: 'OUTCOME_UNKNOWN', message: UNKNOWN_OUTCOME });
  }
}

function foldAnswer(call: Call, action: OpenAction, outcome: Outcome): void {
  const { answer } = outcome;
  if (!answer) {
    finishCall(call, false, outcome.value ?? 'The question was withdrawn.');
    return;
  }
  switch (action.question?.about) {
    case 'approval':
      if (answer.choice === 'approve') {
        if (answer.arguments) call.arguments = answer.arguments;
        call.phase = 'approved';
      } else {
        const why = answer.text === '' ? '' : ` The reason given: ${answer.text}`;
        finishCall(call, false, { error: 'DENIED', message: `A human denied this call; it was not run.${why}` });
      }
      return;
    case 'unknown_outcome':
      if (answer.choice === 'retry') call.phase = 'approved';
      else if (answer.choice === 'happened') {
        finishCall(call, true, {
          note: 'A crash interrupted this call; a human has confirmed that it took effect.',
          ...(answer.text === '' ? {} : { detail: answer.text }),
        });
      } else {
        finishCall(call, false, {
          error: 'OUTCOME_UNKNOWN',
          message: `A crash interrupted this call; a human says that it did not take effect. ${answer.text}`.trim(),
        });
      }
      return;
    case 'ask_human':
    case undefined:
      finishCall(call, true, answer.text === '' ? answer.choice : answer.text);
  }
}

function finishCall(call: Call, ok: boolean, value: JsonValue): void {
  call.phase = 'done';
  call.result = { ok, value };
}

/** Once every call of the step has its result, the results go to the conversation in the order of the calls. */
function finishStep(state: RunState): void {
  if (state.calls.length === 0 || state.calls.some((call) => call.phase !== 'done')) return;
  for (const call of state.calls) {
    state.messages.push({
      role: 'tool',
      callId: call.callId,
      name: call.name,
      ok: call.result?.ok ?? false,
      value: call.result?.value ?? null,
    });
  }
  state.calls = [];
  if (state.queuedTask !== '') {
    state.messages.push({ role: 'user', text: state.queuedTask });
    state.queuedTask = '';
  }
}
