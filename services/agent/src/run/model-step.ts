import type { AssistantPart, Model, ModelPart, ToolSpec } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';

import type { RunChannel } from '../events/channel.ts';
import type { Outcome } from '../journal/record.ts';
import { withMemories } from '../memory/recalled.ts';
import type { Faults } from './faults.ts';
import type { OpenAction, RunState } from './state.ts';

/** What one model call needs. */
export interface ModelStep {
  readonly action: OpenAction;
  readonly state: RunState;
  readonly model: Model;
  readonly tools: readonly ToolSpec[];
  readonly channel: RunChannel;
  readonly signal: AbortSignal;
  readonly faults: Faults;
  readonly now: () => number;
  /** Something was published that is not stored yet. */
  readonly published: () => void;
}

/**
 * Makes one model call: the one reader of its stream. Each piece is published as an event before the next is pulled,
 * and none is pulled while a viewer holds the run back (AG-4), so that the provider's socket feels it.
 *
 * Resolves to the outcome, also when the call failed; throws only what is no failure of the model.
 */
export async function performModelStep(step: ModelStep): Promise<Outcome> {
  const { action, channel, state } = step;
  const parts: AssistantPart[] = [];
  let finish: Extract<ModelPart, { type: 'finish' }> | undefined;
  const base = { kind: 'outcome', id: action.id, attempt: action.attempt } as const;
  const rerun = action.attempt > 1 ? ({ settled: 'rerun' } as const) : {};
  try {
    const stream = step.model.stream({
      messages: withMemories(state.messages, state.recalled, state.conversation),
      tools: step.tools,
      parameters: state.created.parameters,
      signal: step.signal,
    });
    for await (const part of stream) {
      switch (part.type) {
        case 'text':
          channel.publish('model.delta', { action_id: action.id, text: part.delta });
          break;
        case 'reasoning':
          channel.publish('model.reasoning', { action_id: action.id, text: part.delta });
          break;
        case 'part':
          parts.push(part.part);
          break;
        case 'restart':
          parts.length = 0;
          channel.publish('action.restarted', {
            action_id: action.id,
            attempt: action.attempt,
            reason: part.reason,
            model: part.model,
            after_ms: part.afterMs,
          });
          break;
        case 'finish':
          finish = part;
      }
      step.published();
      step.faults('inside-model', action.id);
      const room = channel.ready(step.signal);
      if (room) await room;
      if (step.signal.aborted) throw new HoldfastError('CANCELED', 'The model call was cancelled.');
    }
  } catch (thrown) {
    const error = HoldfastError.from(thrown, 'MODEL_UNAVAILABLE');
    const status = step.signal.aborted ? 'canceled' : 'error';
    return { ...base, ...rerun, at: step.now(), status, error: { code: error.code, message: error.message } };
  }
  if (!finish) {
    const message =
      'The model stopped in the middle of its answer. All results so far are kept; fork the run to go on.';
    return { ...base, ...rerun, at: step.now(), status: 'error', error: { code: 'MODEL_MALFORMED', message } };
  }
  const { model, reason, usage, costUsd } = finish;
  const answer = { model, parts, reason, usage, ...(costUsd === undefined ? {} : { costUsd }) };
  if (reason === 'content-filter' && !parts.some((part) => part.type === 'tool-call')) {
    const message = `${model} refused to answer (content filter). Change the task and start again, or fork the run with another model.`;
    return {
      ...base,
      ...rerun,
      at: step.now(),
      status: 'error',
      model: answer,
      error: { code: 'MODEL_REJECTED', message },
    };
  }
  return { ...base, ...rerun, at: step.now(), status: 'ok', model: answer };
}
