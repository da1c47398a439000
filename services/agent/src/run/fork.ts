import { HoldfastError } from '@holdfast/protocol';

import type { Created, ForkOrigin } from '../journal/record.ts';
import type { RunState } from './state.ts';

/** What a fork changes; empty means: as it was. */
export interface ForkChanges {
  readonly agent: string;
  readonly task: string;
  readonly model: string;
}

/**
 * The beginning of a new run from a checkpoint of an old one. Results that were there at the checkpoint are kept; a
 * call that was under way, or asked about, is made anew, under the new run's keys.
 *
 * @param state the old run's state at the checkpoint
 * @param resolved the agent's instructions and models for the new run
 */
export function forkedRun(
  state: RunState,
  from: { runId: string; seq: number; replay: boolean },
  changes: ForkChanges,
  resolved: Pick<Created, 'agent' | 'playbook' | 'instructions' | 'models' | 'onUnknown'>,
  by: Pick<Created, 'at' | 'createdBy' | 'user' | 'traceparent'>,
): Created & { readonly fork: ForkOrigin } {
  const { created } = state;
  const edited = changes.agent !== '' || changes.task !== '' || changes.model !== '';
  if (created.playbook && changes.task !== '') {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'The task of a playbook cannot be edited in a fork, since its steps follow from it. Start a new run of it instead.',
    );
  }
  const messages = [...state.messages];
  let queuedTask = state.queuedTask;
  const untouched = state.step === 0;
  if (changes.task !== '' && untouched) {
    const last = messages.findLastIndex((message) => message.role === 'user');
    messages[last] = { role: 'user', text: changes.task };
  } else if (changes.task !== '') {
    if (state.calls.length === 0) messages.push({ role: 'user', text: changes.task });
    else queuedTask = changes.task;
  }
  const system = messages[0]?.role === 'system' ? 1 : 0;
  if (changes.agent !== '') {
    messages.splice(
      0,
      system,
      ...(resolved.instructions === '' ? [] : [{ role: 'system' as const, text: resolved.instructions }]),
    );
  }
  const fork: ForkOrigin = {
    ...from,
    ...memoriesOf(state, changes, by),
    edited,
    messages,
    calls: state.calls.map(({ callId, name, arguments: args, invalid, result }) => ({
      callId,
      name,
      arguments: args,
      ...(invalid === undefined ? {} : { invalid }),
      ...(result ? { result } : {}),
    })),
    step: modelUnderWay(state) ? state.step - 1 : state.step,
    queuedTask,
  };
  return { ...created, ...resolved, ...by, task: changes.task === '' ? created.task : changes.task, fork };
}

/** What memory had given stays, unless it was for another task, agent or person. */
function memoriesOf(
  { conversation, created, recalled, step }: RunState,
  changes: ForkChanges,
  by: Pick<Created, 'createdBy' | 'user'>,
): Pick<ForkOrigin, 'conversation' | 'recalled'> {
  const samePerson = (by.user ?? by.createdBy) === (created.user ?? created.createdBy);
  if (!samePerson) return {};
  const stands = changes.agent === '' && (changes.task === '' || step > 0);
  return { ...(recalled && stands ? { recalled } : {}), ...(conversation ? { conversation } : {}) };
}

/** A model call that was under way at the checkpoint is made again under the same number. */
function modelUnderWay(state: RunState): boolean {
  return Object.values(state.open).some((action) => action.type === 'model');
}
