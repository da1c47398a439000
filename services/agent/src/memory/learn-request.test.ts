import { describe, expect, it } from 'vitest';

import type { JournalRecord } from '../journal/record.ts';
import { fold } from '../run/machine.ts';
import { createdRecord, intentRecord, modelOutcome, outcomeRecord } from '../run/testing.ts';
import { learnRequest } from './learn-request.ts';

const ENDED: JournalRecord = { kind: 'ended', at: 9000, status: 'succeeded', output: 'Done.' };

function requestOf(records: readonly JournalRecord[]) {
  const state = fold(records) ?? expect.fail('no created record');
  return learnRequest(
    'run_1',
    state,
    records.map((record, index) => ({ seq: index + 1, record })),
  );
}

const begun = (user?: string): JournalRecord[] => [
  createdRecord({ ...(user === undefined ? {} : { user }), task: 'Look at it.' }),
  intentRecord('m1'),
  modelOutcome('m1', 'I look.', ['look', 'recall']),
  intentRecord('t1.0', { name: 'look' }),
  intentRecord('t1.1', { name: 'recall' }),
  outcomeRecord('t1.0', { value: { seen: 'a'.repeat(20_000) } }),
  outcomeRecord('t1.1', { value: { memories: ['old'] } }),
  intentRecord('m2'),
  modelOutcome('m2', 'Done.'),
];

describe('what is learned from a run that has ended (ME-2)', () => {
  it('is its transcript with ids and times, for the person and all their agents, without what memory said', () => {
    const request = requestOf([...begun('ann'), ENDED]);
    expect(request).toMatchObject({
      runId: 'run_1',
      status: 'completed',
      task: 'Look at it.',
      scope: { user: 'ann', agent: '' },
      caller: { tenant: 'default', subject: 'user-1', user: 'ann' },
    });
    expect(request?.transcript.map(({ role, actionId, tool, at }) => [role, actionId, tool, at])).toEqual([
      ['user', '', '', 1000],
      ['assistant', 'm1', '', 3000],
      ['tool', 't1.0', 'look', 4000],
      ['assistant', 'm2', '', 3000],
    ]);
    expect(request?.transcript[2]?.text).toHaveLength(8000);
    expect(requestOf([...begun(), ENDED])?.scope?.user).toBe('user-1');
  });

  it('says how it ended', () => {
    const failed = (code: string): JournalRecord => ({
      ...ENDED,
      status: 'failed',
      error: { code, message: '' },
    });
    expect(requestOf([...begun(), failed('MODEL_UNAVAILABLE')])?.status).toBe('failed');
    expect(requestOf([...begun(), failed('LIMIT_EXCEEDED')])?.status).toBe('limited');
    expect(requestOf([...begun(), { ...ENDED, status: 'canceled' }])?.status).toBe('canceled');
  });

  it('is nothing where nothing was said, or nothing has ended', () => {
    expect(requestOf([createdRecord(), { ...ENDED, status: 'canceled' }])).toBeUndefined();
    expect(requestOf(begun())).toBeUndefined();
  });

  it('of a very long run is the task and the end', () => {
    const long: JournalRecord[] = [createdRecord({ task: 'Write.' })];
    for (let n = 1; n <= 200; n += 1) {
      long.push(intentRecord(`m${n}`), modelOutcome(`m${n}`, `${n} ${'x'.repeat(6000)}`, ['look']));
      long.push(intentRecord(`t${n}.0`, { name: 'look' }), outcomeRecord(`t${n}.0`));
    }
    const request = requestOf([...long, ENDED]);
    const texts = request?.transcript.map(({ text }) => text) ?? [];
    expect(texts[0]).toBe('Write.');
    expect(texts.at(-2)).toMatch(/^200 /);
    expect(texts.join('').length).toBeLessThan(420_000);
    expect(texts.length).toBeGreaterThan(60);
  });
});
