import { expect, it } from 'vitest';

import type { JournalRecord, Numbered } from '../journal/record.ts';
import { endedCalls } from './fork-files.ts';

const intent = (id: string, attempt: number, type: 'tool' | 'model' | 'question' = 'tool'): JournalRecord => ({
  kind: 'intent',
  at: 0,
  id,
  attempt,
  type,
  name: 'x',
  effect: 'write',
});
const outcome = (id: string, attempt: number, status: 'ok' | 'unknown' = 'ok'): JournalRecord => ({
  kind: 'outcome',
  at: 0,
  id,
  attempt,
  status,
});

it('tells the tool calls that had ended by a checkpoint, each in its latest attempt (AG-2)', () => {
  const records: Numbered[] = [
    intent('m1', 1, 'model'),
    outcome('m1', 1),
    intent('t1.0', 1),
    intent('t1.1', 1),
    outcome('t1.1', 1),
    outcome('t1.0', 1, 'unknown'),
    intent('u1.0', 1, 'question'),
    outcome('u1.0', 1),
    intent('t1.0', 2),
    outcome('t1.0', 2),
  ].map((record, index) => ({ seq: index + 1, record }));
  const at = (seq: number) => endedCalls(records, seq).map(({ actionId, attempt }) => `${actionId}#${attempt}`);
  expect(at(4)).toEqual([]);
  expect(at(5)).toEqual(['t1.1#1']);
  expect(at(6)).toEqual(['t1.1#1', 't1.0#1']);
  expect(at(9)).toEqual(['t1.1#1', 't1.0#1']);
  expect(at(Number.POSITIVE_INFINITY)).toEqual(['t1.1#1', 't1.0#2']);
});
