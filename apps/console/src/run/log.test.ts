import { describe, expect, it } from 'vitest';

import { RunLog } from './log.ts';
import { eventsOf, STORY } from './testing.ts';

describe('the log of a run (AG-2, AG-4)', () => {
  it('tells the same whether its events come one by one or are read again', () => {
    const live = new RunLog();
    for (const event of STORY) live.apply(event);
    expect(live.items).toEqual(RunLog.upTo(STORY, 11).items);
    expect(live.items.map(({ kind }) => kind)).toEqual(['task', 'note', 'model', 'question', 'tool', 'note', 'ended']);
    expect(live).toMatchObject({ status: 'succeeded', recoveries: 1, tokens: { input: 10, output: 5 } });
    expect(live.cost).toEqual({ usd: 0.5, unknown: false });
    expect(live.actions.get('m1')).toMatchObject({ text: 'I look.', reasoning: 'Hm.', costUsd: 0.5, endSeq: 4 });
    expect(live.actions.get('q1.0')?.question).toMatchObject({
      about: 'approval',
      answer: { choice: 'approve', by: 'ada' },
    });
  });

  it('forgets what an interrupted attempt had shown, and says that there was one', () => {
    const log = RunLog.upTo(STORY, 11);
    expect(log.actions.get('t1.0')).toMatchObject({
      text: 'one\ntwo\n',
      attempt: 2,
      settled: 'rerun',
      restarts: ['resumed'],
    });
    expect(log.terminal.lines.map(({ text }) => text)).toEqual(['$ ls', 'one', 'tw', '$ ls', 'one', 'two']);
  });

  it('stands at any checkpoint as it stood then', () => {
    const seqs = RunLog.upTo(STORY, 11).checkpoints.map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const early = RunLog.upTo(STORY, 5);
    expect(early.status).toBe('waiting');
    expect(early.actions.get('q1.0')?.question?.answer).toBeUndefined();
    expect(RunLog.upTo(STORY, 3).actions.get('m1')).toMatchObject({ text: 'I look.', outcome: 'pending' });
    expect(RunLog.upTo(STORY, 0).items).toEqual([]);
  });

  it('tells what was recalled in front of the model call that is given it (ME-2)', () => {
    const log = new RunLog();
    for (const event of eventsOf([
      ['action.intent', { action_id: 'm1', kind: 'model', name: 'x', attempt: 1, seq: 3 }],
      ['memory.recalled', { action_id: 'm1', count: 2, ids: ['a', 'b'], missing: ['dense: gone'], seq: 3 }],
    ]))
      log.apply(event);
    expect(log.items.map(({ kind }) => kind)).toEqual(['recalled', 'model']);
    expect(log.items[0]).toMatchObject({ count: 2, missing: ['dense: gone'] });
    expect(log.checkpoints).toMatchObject([{ seq: 3, type: 'action.intent' }]);
  });

  it('never takes an unknown price for 0', () => {
    const log = new RunLog();
    for (const event of eventsOf([
      ['action.intent', { action_id: 'm1', kind: 'model', name: 'x', attempt: 1, seq: 1 }],
      ['action.outcome', { action_id: 'm1', kind: 'model', outcome: 'ok', input_tokens: 3, output_tokens: 1, seq: 2 }],
    ]))
      log.apply(event);
    expect(log.cost).toEqual({ usd: 0, unknown: true });
  });

  it('takes events that it does not know, and data of another shape, without harm', () => {
    const log = new RunLog();
    for (const event of eventsOf([
      ['some.future', { action_id: 'm1', text: 5 }],
      ['tool.output', { action_id: 'nobody', text: 'x' }],
      ['action.intent', { action_id: 'm1', kind: 'model', arguments: 'text', attempt: 'x' }],
      ['action.outcome', { action_id: 'm1', result: null }],
    ]))
      log.apply(event);
    expect(log.items).toHaveLength(1);
  });
});
