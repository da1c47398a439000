import { describe, expect, it } from 'vitest';

import type { Action } from '../api/client.ts';
import { sideEffectsAfter } from './side-effects.ts';

const action = (id: string, more: Partial<Action>): Action => ({
  id,
  kind: 'tool',
  name: 'bash',
  arguments: null,
  effect: 'write',
  attempt: 1,
  intent_seq: 1,
  outcome_seq: 10,
  intent_at: null,
  outcome_at: null,
  outcome: 'ok',
  result: null,
  settled: null,
  usage: null,
  idempotency_key: null,
  ...more,
});

describe('what a fork would do again (AG-2)', () => {
  it('is every call after the checkpoint that changes something, also one that may have, and nothing else', () => {
    const actions = [
      action('before', { outcome_seq: 5 }),
      action('after', {}),
      action('under way', { outcome_seq: null, outcome: 'pending' }),
      action('unknown', { outcome: 'unknown' }),
      action('repeatable', { effect: 'idempotent' }),
      action('reads', { effect: 'read' }),
      action('denied', { outcome: 'denied' }),
      action('model', { kind: 'model', effect: 'read' }),
      action('question', { kind: 'question' }),
    ];
    expect(sideEffectsAfter(actions, 5).map(({ id }) => id)).toEqual(['after', 'under way', 'unknown', 'repeatable']);
  });
});
