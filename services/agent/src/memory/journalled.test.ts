import { describe, expect, it } from 'vitest';

import type { JournalRecord } from '../journal/record.ts';
import { forkedRun } from '../run/fork.ts';
import { begin, fold } from '../run/machine.ts';
import { recordingOf } from '../run/replay.ts';
import type { RunState } from '../run/state.ts';
import { createdRecord, intentRecord, modelOutcome, outcomeRecord } from '../run/testing.ts';

const first = { at: 0, text: '<memories>1</memories>', ids: ['mem_1'], missing: [] };
const second = { at: 4, text: '<memories>2</memories>', ids: ['mem_2'], missing: ['dense: gone'] };
const conversation = { name: 'trip', text: '<conversation>c</conversation>' };

const records: JournalRecord[] = [
  createdRecord({ user: 'ann' }),
  intentRecord('m1', { recalled: first, conversation }),
  modelOutcome('m1', 'One moment.', ['look']),
  intentRecord('t1.0', { name: 'look' }),
  outcomeRecord('t1.0'),
  intentRecord('m2'),
];

function stateAfter(count: number): RunState {
  const state = fold(records.slice(0, count));
  if (!state) throw new Error('no created record');
  return state;
}

const resolved = { agent: 'assistant', playbook: false, instructions: '', models: [], onUnknown: 'tell' } as const;
const from = { runId: 'run_1', seq: 6, replay: false };
const same = { agent: '', task: '', model: '' };
const ann = { at: 9, createdBy: 'user-1', user: 'ann', traceparent: '' };

describe('what memory gave is a part of the journal (ME-2, AG-2)', () => {
  it('stands in all later model calls, until it is given anew', () => {
    expect(stateAfter(1).recalled).toBeUndefined();
    expect(stateAfter(6)).toMatchObject({ recalled: first, conversation });
    const attempt = intentRecord('m2', { attempt: 2 });
    expect(fold([...records, attempt])).toMatchObject({ recalled: first, conversation });
    const later = fold([...records, modelOutcome('m2', 'x'), intentRecord('m3', { recalled: second })]);
    expect(later).toMatchObject({ recalled: second, conversation });
  });

  it('survives a snapshot', () => {
    expect(fold([attempted()], JSON.parse(JSON.stringify(stateAfter(6))) as RunState)).toMatchObject({
      recalled: first,
      conversation,
    });
  });

  it('goes with a fork of the same person, and not to another person', () => {
    const forked = begin(forkedRun(stateAfter(6), from, same, resolved, ann));
    expect(forked).toMatchObject({ recalled: first, conversation });
    const stranger = begin(forkedRun(stateAfter(6), from, same, resolved, { ...ann, user: 'bob' }));
    expect(stranger.recalled).toBeUndefined();
    expect(stranger.conversation).toBeUndefined();
  });

  it('is looked up anew in a fork with another agent, and kept where a task is added', () => {
    const other = forkedRun(stateAfter(6), from, { ...same, agent: 'other' }, { ...resolved, agent: 'other' }, ann);
    expect(begin(other).recalled).toBeUndefined();
    expect(begin(forkedRun(stateAfter(6), from, { ...same, task: 'More.' }, resolved, ann)).recalled).toEqual(first);
  });

  it('is replayed with the answers that it led to', () => {
    const numbered = [...records, modelOutcome('m2', 'x')].map((record, index) => ({ seq: index + 1, record }));
    expect(recordingOf(numbered, 1, false).memories).toEqual(new Map([['m1', { recalled: first, conversation }]]));
  });
});

function attempted(): JournalRecord {
  return intentRecord('m2', { attempt: 3 });
}
