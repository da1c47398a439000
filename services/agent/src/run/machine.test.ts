import { describe, expect, it } from 'vitest';

import type { JournalRecord, Limits } from '../journal/record.ts';
import { exceededLimit, fold, isWaiting, next, settle } from './machine.ts';
import type { RunState } from './state.ts';
import { createdRecord, intentRecord, modelOutcome, outcomeRecord, runWithCalls } from './testing.ts';

const NONE: Limits = {};

function stateAfter(records: readonly JournalRecord[]): RunState {
  const state = fold(records);
  if (!state) throw new Error('no created record');
  return state;
}

describe('the machine (AG-2): what is next follows from the journal alone', () => {
  it('asks the model first, then calls its tools, then asks again, then ends', () => {
    const records: JournalRecord[] = [createdRecord()];
    expect(next(stateAfter(records), NONE)).toEqual([{ type: 'model', id: 'm1', step: 1 }]);

    records.push(intentRecord('m1'));
    expect(next(stateAfter(records), NONE)).toEqual([]);

    records.push(modelOutcome('m1', 'Let me look.', ['look', 'list']));
    expect(next(stateAfter(records), NONE).map((move) => 'id' in move && move.id)).toEqual(['t1.0', 't1.1']);

    records.push(intentRecord('t1.0'), intentRecord('t1.1'), outcomeRecord('t1.1'));
    expect(next(stateAfter(records), NONE)).toEqual([]);

    records.push(outcomeRecord('t1.0'));
    expect(next(stateAfter(records), NONE)).toEqual([{ type: 'model', id: 'm2', step: 2 }]);

    records.push(intentRecord('m2'), modelOutcome('m2', 'Done.'));
    expect(next(stateAfter(records), NONE)).toEqual([{ type: 'end', status: 'succeeded', output: 'Done.' }]);
  });

  it('gives the results to the model in the order of the calls, whichever finished first', () => {
    const state = stateAfter([...runWithCalls(3), outcomeRecord('t1.2'), outcomeRecord('t1.0'), outcomeRecord('t1.1')]);
    expect(state.messages.slice(2)).toEqual(
      [0, 1, 2].map((n) => ({ role: 'tool', callId: `c${n}`, name: `tool${n}`, ok: true, value: { done: `t1.${n}` } })),
    );
  });

  it('folds to the same state from any snapshot on', () => {
    const records = [
      ...runWithCalls(2),
      outcomeRecord('t1.0'),
      outcomeRecord('t1.1'),
      intentRecord('m2'),
      modelOutcome('m2', 'x'),
    ];
    const whole = stateAfter(records);
    for (let cut = 1; cut < records.length; cut += 1) {
      const snapshot = JSON.parse(JSON.stringify(stateAfter(records.slice(0, cut)))) as RunState;
      expect(fold(records.slice(cut), snapshot)).toEqual(whole);
    }
  });

  it('starts nothing while it stops, and holds when the action at hand has finished', () => {
    const stopping: JournalRecord = { kind: 'control', at: 5000, verb: 'stopping', by: 'u' };
    const records = [...runWithCalls(2), stopping, outcomeRecord('t1.0')];
    expect(next(stateAfter(records), NONE)).toEqual([]);
    expect(next(stateAfter([...records, outcomeRecord('t1.1')]), NONE)).toEqual([{ type: 'hold' }]);
  });

  it('settles an interrupted action by its effect', () => {
    const [read, idempotent, write] = (['read', 'idempotent', 'write'] as const).map((effect) => {
      const state = stateAfter([...runWithCalls(1).slice(0, 4), intentRecord('t1.0', { effect })]);
      return settle(Object.values(state.open)[0] ?? expect.fail('no open action'));
    });
    expect({ read, idempotent, write }).toEqual({ read: 'rerun', idempotent: 'rerun', write: 'reconcile' });
  });

  it('tells the model that a write is unknown, or asks a human first, as the agent says', () => {
    const unknown = outcomeRecord('t1.0', { status: 'unknown', settled: 'unknown' });
    const told = stateAfter([...runWithCalls(1), unknown]);
    expect(told.messages.at(-1)).toMatchObject({ role: 'tool', ok: false, value: { error: 'OUTCOME_UNKNOWN' } });

    const asking = [...runWithCalls(1, { onUnknown: 'ask' }), unknown];
    const [move] = next(stateAfter(asking), NONE);
    expect(move).toMatchObject({ type: 'question', id: 'u1.0', question: { about: 'unknown_outcome' } });

    const question = intentRecord('u1.0', {
      question: { about: 'unknown_outcome', text: '?', choices: ['happened', 'retry', 'failed'], callId: 'c0' },
    });
    const waiting = stateAfter([...asking, question]);
    expect(isWaiting(waiting)).toBe(true);
    const answer = (choice: string) => outcomeRecord('u1.0', { answer: { by: 'u', choice, text: '' } });
    expect(next(stateAfter([...asking, question, answer('retry')]), NONE)).toMatchObject([
      { type: 'call', id: 't1.0' },
    ]);
    expect(stateAfter([...asking, question, answer('happened')]).messages.at(-1)).toMatchObject({ ok: true });
    expect(stateAfter([...asking, question, answer('failed')]).messages.at(-1)).toMatchObject({ ok: false });
  });

  it('counts only the time in which it is worked on', () => {
    const records: JournalRecord[] = [
      createdRecord({ at: 0 }),
      { kind: 'control', at: 10_000, verb: 'started', by: 'w' },
      intentRecord('m1', { at: 10_100 }),
      { kind: 'control', at: 60_000, verb: 'recovered', by: 'w2' },
      intentRecord('m1', { at: 60_100, attempt: 2 }),
      { ...modelOutcome('m1', 'x'), at: 61_000 },
    ];
    expect(stateAfter(records).activeMs).toBe(100 + 100 + 900);
  });

  it('ends a run that has reached a limit, and says what is kept', () => {
    const after = (limits: Limits) =>
      next(stateAfter([...runWithCalls(1, { limits }), outcomeRecord('t1.0')]), NONE)[0];
    expect(after({ steps: 1 })).toMatchObject({ type: 'end', status: 'failed', error: { code: 'LIMIT_EXCEEDED' } });
    expect(after({ tokens: 15 })).toMatchObject({ error: { code: 'LIMIT_EXCEEDED' } });
    expect(after({ costUsd: 0.01 })).toMatchObject({ error: { code: 'LIMIT_EXCEEDED' } });
    expect(after({ wallMs: 1 })).toMatchObject({ error: { code: 'LIMIT_EXCEEDED' } });
    expect(after({ steps: 2, tokens: 16, costUsd: 0.02 })).toMatchObject({ type: 'model' });
  });

  it('does not take an unknown price for nothing when money is limited', () => {
    const unpriced = modelOutcome('m1', '', ['a']);
    const { costUsd: _, ...model } = unpriced.model ?? expect.fail('no model');
    const state = stateAfter([createdRecord({ limits: { costUsd: 5 } }), intentRecord('m1'), { ...unpriced, model }]);
    expect(exceededLimit(state, NONE)?.message).toContain('price of its model is not known');
  });

  it('does not call an answer whole that the model was cut off in, and keeps what there is', () => {
    const whole = modelOutcome('m1', 'The first half');
    const cut = { ...whole, model: { ...(whole.model ?? expect.fail('no model')), reason: 'length' } };
    const [end] = next(stateAfter([createdRecord(), intentRecord('m1'), cut]), NONE);
    expect(end).toMatchObject({
      type: 'end',
      status: 'failed',
      output: 'The first half',
      error: { code: 'LIMIT_EXCEEDED' },
    });
  });
});
