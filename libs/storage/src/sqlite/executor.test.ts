import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createExecutor, type Executor, SESSION_IDLE_MS } from './executor.ts';
import { createPlans } from './plans.ts';
import type { WireRequest, WireResponse, WireVerb } from './wire.ts';

describe('AR-1 one writer for batches and transactions', () => {
  let db: DatabaseSync;
  let executor: Executor;
  let answers: WireResponse[];
  let id: number;

  beforeEach(() => {
    vi.useFakeTimers();
    db = new DatabaseSync(':memory:');
    db.exec('create table t (n integer primary key)');
    answers = [];
    id = 0;
    executor = createExecutor(db, 'test.db', true, (responses) => answers.push(...responses));
  });
  afterEach(() => {
    executor.close();
    db.close();
    vi.useRealTimers();
  });

  const request = (verb: WireVerb, session: number, n?: number): WireRequest => [
    ++id,
    verb,
    session,
    n === undefined ? [] : [['insert into t values (?)', [n], -1, 'CONFLICT']],
  ];
  const send = (...requests: WireRequest[]) => {
    executor.push(requests);
    executor.drain();
  };
  const stored = () =>
    db
      .prepare('select n from t order by n')
      .all()
      .map((row) => row['n']);
  const failures = () => answers.filter(([, , failure]) => failure !== undefined).map(([of]) => of);

  it('makes all others wait while a session is open, and serves them when it ends', () => {
    send(request('begin', 1), request('batch', 0, 10), request('run', 1, 11));
    expect(answers.map(([of]) => of)).toEqual([1, 3]);
    send(request('begin', 2), request('rollback', 1), request('run', 2, 12), request('commit', 2));
    expect(answers.map(([of]) => of)).toEqual([1, 3, 5, 2, 4, 6, 7]);
    expect(stored()).toEqual([10, 12]);
  });

  it('rolls a session back that idles, refuses what still comes of it, and lets the others go on', () => {
    send(request('begin', 1), request('run', 1, 11), request('batch', 0, 10));
    vi.advanceTimersByTime(SESSION_IDLE_MS - 1);
    expect(answers).toHaveLength(2);
    // A session that works is not idle.
    send(request('run', 1, 12));
    vi.advanceTimersByTime(SESSION_IDLE_MS - 1);
    expect(answers).toHaveLength(3);
    vi.advanceTimersByTime(1);
    expect(stored()).toEqual([10]);
    send(request('run', 1, 13), request('commit', 1), request('rollback', 1));
    expect(failures()).toEqual([5, 6]);
    expect(answers.at(-2)?.[2]).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('30 s'),
    });
    expect(stored()).toEqual([10]);
  });

  it('commits those batches of a group that can stand', () => {
    send(...[1, 2, 2, 3, 1, 4].map((n) => request('batch', 0, n)));
    expect(stored()).toEqual([1, 2, 3, 4]);
    expect(failures()).toEqual([3, 5]);
  });

  it('keeps a bounded number of prepared statements, and those that are used', () => {
    const plans = createPlans(db);
    const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
    for (let n = 0; n < 1000; n++) {
      expect(plans.run('select count(*) as n from t', [])).toEqual([1, ['n'], [[0]]]);
      expect(plans.run(`select ${n} as n`, [])[2]).toEqual([[n]]);
    }
    expect(prepare.mock.calls.filter(([sql]) => sql.includes('count'))).toHaveLength(1);
    plans.run('select 0 as n', []);
    expect(prepare.mock.calls.filter(([sql]) => sql === 'select 0 as n')).toHaveLength(2);
    prepare.mockRestore();
  });
});
