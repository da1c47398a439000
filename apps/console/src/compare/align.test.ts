import { describe, expect, it } from 'vitest';

import type { Action } from '../api/client.ts';
import { align, commonPairs, MOST_ACTIONS } from './align.ts';

const action = (name: string, given: Record<string, unknown> | null = {}, kind = 'tool'): Action => ({
  id: name,
  kind,
  name,
  arguments: given,
  effect: null,
  attempt: 1,
  intent_seq: 1,
  outcome_seq: null,
  intent_at: null,
  outcome_at: null,
  outcome: 'ok',
  result: null,
  settled: null,
  usage: null,
  idempotency_key: null,
});
const shown = (a: readonly Action[], b: readonly Action[]) =>
  align(a, b).map((row) => [row.kind, row.a?.name ?? '', row.b?.name ?? '']);

describe('two runs side by side', () => {
  it('have what both did in one row, whatever the order of arguments', () => {
    const a = [
      action('model', null, 'model'),
      action('bash', { command: 'ls', cwd: '/' }),
      action('read', { path: 'x' }),
    ];
    const b = [
      action('model', null, 'model'),
      action('bash', { cwd: '/', command: 'ls' }),
      action('read', { path: 'x' }),
    ];
    expect(align(a, b).map(({ kind }) => kind)).toEqual(['same', 'same', 'same']);
    expect(align(a, b)[1]).toEqual({ kind: 'same', a: a[1], b: b[1] });
  });

  it('have the same tool with other arguments as changed, and what one alone did by itself', () => {
    const a = [action('bash', { command: 'ls' }), action('grep'), action('read', { path: 'x' })];
    const b = [action('bash', { command: 'ls -a' }), action('fetch'), action('read', { path: 'x' }), action('write')];
    expect(shown(a, b)).toEqual([
      ['changed', 'bash', 'bash'],
      ['onlyA', 'grep', ''],
      ['onlyB', '', 'fetch'],
      ['same', 'read', 'read'],
      ['onlyB', '', 'write'],
    ]);
  });

  it('do not mix a tool with a model or a question of the same name', () => {
    expect(shown([action('x', null, 'tool')], [action('x', null, 'question')])).toEqual([
      ['onlyA', 'x', ''],
      ['onlyB', '', 'x'],
    ]);
  });

  it('may have nothing', () => {
    expect(align([], [])).toEqual([]);
    expect(shown([], [action('a')])).toEqual([['onlyB', '', 'a']]);
    expect(shown([action('a')], [])).toEqual([['onlyA', 'a', '']]);
  });

  it('are compared up to a bound', () => {
    const many = (seed: number, count: number) =>
      Array.from({ length: count }, (_, n) => action(`t${(n * seed) % 7}`, { n: (n * seed) % 11 }));
    const rows = align(many(3, MOST_ACTIONS + 500), many(5, MOST_ACTIONS));
    expect(rows.filter(({ a }) => a)).toHaveLength(MOST_ACTIONS);
    expect(rows.filter(({ b }) => b)).toHaveLength(MOST_ACTIONS);
  });
});

describe('the longest common subsequence', () => {
  /** By trying everything: slow, and right. */
  const longest = (a: readonly string[], b: readonly string[]): number => {
    const [x, ...restA] = a;
    const [y, ...restB] = b;
    if (x === undefined || y === undefined) return 0;
    return x === y ? 1 + longest(restA, restB) : Math.max(longest(restA, b), longest(a, restB));
  };

  it('is as long as the longest, in order, of equal things', () => {
    let state = 7;
    const random = () => (state = (state * 48_271) % 2_147_483_647);
    const list = () => Array.from({ length: random() % 8 }, () => 'abc'[random() % 3] ?? '');
    for (let round = 0; round < 300; round += 1) {
      const [a, b] = [list(), list()];
      const pairs = commonPairs(a, b);
      expect(pairs.length).toBe(longest(a, b));
      for (const [index, [x, y]] of pairs.entries()) {
        expect(a[x]).toBe(b[y]);
        expect(x).toBeGreaterThan(pairs[index - 1]?.[0] ?? -1);
        expect(y).toBeGreaterThan(pairs[index - 1]?.[1] ?? -1);
      }
    }
  });
});
