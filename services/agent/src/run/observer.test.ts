import { describe, expect, it } from 'vitest';

import { observeBoth, type Observer } from './observer.ts';
import { intentRecord, outcomeRecord } from './testing.ts';

/** Notes what it is told. */
function noting(seen: string[], name: string): Observer {
  return {
    run: ({ runId }) => {
      seen.push(`${name} run ${runId}`);
      return {
        action: ({ id }) => {
          seen.push(`${name} action ${id}`);
          return { traceparent: `trace of ${name}`, ended: ({ status }) => void seen.push(`${name} ended ${status}`) };
        },
        left: (how, activeMs) => void seen.push(`${name} left ${how} ${activeMs}`),
      };
    },
    problem: (message) => void seen.push(`${name} problem ${message}`),
  };
}

describe('one observer of two (AG-3, OB-2)', () => {
  it('tells both everything, and has the trace of the first', () => {
    const seen: string[] = [];
    const both = observeBoth(noting(seen, 'a'), noting(seen, 'b'));
    const run = both.run({ runId: 'r1', tenant: 't', agent: 'x', traceparent: '', recovered: false });
    const action = run.action(intentRecord('t1.0'));
    expect(action.traceparent).toBe('trace of a');
    action.ended(outcomeRecord('t1.0'));
    run.left('waiting', 5);
    both.problem('lost', undefined);
    const each = ['run r1', 'action t1.0', 'ended ok', 'left waiting 5', 'problem lost'];
    expect(seen).toEqual(each.flatMap((what) => [`a ${what}`, `b ${what}`]));
  });
});
