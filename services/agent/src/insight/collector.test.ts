import { beforeEach, describe, expect, it } from 'vitest';

import { intentRecord, modelOutcome, outcomeRecord } from '../run/testing.ts';
import { InsightCollector } from './collector.ts';
import { BUCKET_MS } from './range.ts';
import type { InsightRow } from './row.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
let now = NOON;
let collector: InsightCollector;
beforeEach(() => {
  now = NOON + 1;
  collector = new InsightCollector(() => now);
});

const run = (change: { tenant?: string; agent?: string; queuedMs?: number } = {}) =>
  collector.observer.run({
    runId: 'r',
    tenant: 'acme',
    agent: 'helper',
    traceparent: '',
    recovered: false,
    ...change,
  });

const rows = () => collector.pending().rows;
const rowOf = (kind: InsightRow['kind'], name?: string) =>
  rows().find((row) => row.kind === kind && (name === undefined || row.name === name));

describe('the collector of insight (OB-2)', () => {
  it('counts runs by how they ended, and none that was merely left', () => {
    for (const how of ['succeeded', 'succeeded', 'failed', 'canceled', 'waiting', 'held', 'released', 'lost']) {
      run().left(how, 1000);
    }
    expect(rows().map(({ kind, name, count, total }) => [kind, name, count, total])).toEqual([
      ['run-succeeded', 'helper', 2, 2000],
      ['run-failed', 'helper', 1, 1000],
      ['run-canceled', 'helper', 1, 1000],
    ]);
    expect(rowOf('run-failed')).toMatchObject({ tenant: 'acme', bucketAt: NOON, maximum: 1000 });
  });

  it('counts how long a run waited for its start, where it was the first', () => {
    run({ queuedMs: 250 });
    run({ queuedMs: -5 });
    run();
    expect(rowOf('queue')).toMatchObject({ count: 2, total: 250, maximum: 250 });
    expect(rowOf('queue')?.histogram).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('counts a model call under the model that answered, with its tokens and its cost', () => {
    const watched = run();
    watched.action(intentRecord('m1', { name: 'first/choice' })).ended(modelOutcome('m1', 'hi'));
    const answer = modelOutcome('m2', 'hi').model ?? expect.fail('no answer');
    const { costUsd: _, ...unpriced } = answer;
    watched.action(intentRecord('m2')).ended({ ...modelOutcome('m2', ''), model: unpriced });
    expect(rowOf('model', 'test/model')).toMatchObject({
      count: 2,
      errors: 0,
      total: 2000,
      inputTokens: 20,
      outputTokens: 10,
      costUsd: 0.01,
      costUnknown: 1,
    });
    const failed = outcomeRecord('m3', { status: 'error', at: 2500 });
    watched.action(intentRecord('m3', { name: 'first/choice' })).ended(failed);
    expect(rowOf('model', 'first/choice')).toMatchObject({ count: 1, errors: 1, total: 500, costUnknown: 0 });
  });

  it('makes no row that a database refuses of what a provider says', () => {
    const answer = modelOutcome('m1', '').model ?? expect.fail('no answer');
    const usage = { inputTokens: Number.NaN, outputTokens: 1.5, cachedInputTokens: 0 };
    const odd = { ...modelOutcome('m1', ''), model: { ...answer, usage, costUsd: Number.NaN } };
    run().action(intentRecord('m1')).ended(odd);
    expect(rowOf('model')).toMatchObject({ inputTokens: 0, outputTokens: 2, costUsd: 0, costUnknown: 1 });
  });

  it('counts tool calls, and as errors those that failed or of which nobody knows', () => {
    const watched = run();
    for (const status of ['ok', 'error', 'unknown', 'canceled'] as const) {
      watched.action(intentRecord('t1.0', { name: 'bash' })).ended(outcomeRecord('t1.0', { status }));
    }
    expect(rowOf('tool', 'bash')).toMatchObject({ count: 4, errors: 2, total: 8000, maximum: 2000 });
  });

  it('does not count playbooks as models, nor questions as anything', () => {
    const watched = run();
    watched.action(intentRecord('m1', { name: 'playbook/csv-profile' })).ended(modelOutcome('m1', ''));
    watched.action(intentRecord('q1.0')).ended(outcomeRecord('q1.0'));
    expect(rows()).toEqual([]);
  });

  it('keeps tenants, names and buckets apart', () => {
    run({ tenant: 'acme' }).left('succeeded', 1);
    run({ tenant: 'other' }).left('succeeded', 1);
    run({ agent: 'second' }).left('succeeded', 1);
    now += BUCKET_MS;
    run({ tenant: 'acme' }).left('succeeded', 1);
    expect(rows().map(({ tenant, name, bucketAt }) => [tenant, name, bucketAt - NOON])).toEqual([
      ['acme', 'helper', 0],
      ['other', 'helper', 0],
      ['acme', 'second', 0],
      ['acme', 'helper', BUCKET_MS],
    ]);
  });

  it('gives rows whole, and only those that changed since they were settled', () => {
    run().left('succeeded', 1);
    const first = collector.pending();
    run().left('succeeded', 1);
    run().left('failed', 1);
    expect(first.rows).toMatchObject([{ count: 1 }]);
    collector.settle(first);
    expect(rows().map(({ kind, count }) => [kind, count])).toEqual([
      ['run-succeeded', 2],
      ['run-failed', 1],
    ]);
    collector.settle(collector.pending());
    expect(rows()).toEqual([]);
    run().left('succeeded', 1);
    expect(rows()).toMatchObject([{ kind: 'run-succeeded', count: 3, total: 3 }]);
  });

  it('gives again what could not be written, also after its bucket has ended', () => {
    run().left('succeeded', 1);
    collector.pending();
    now += 3 * BUCKET_MS;
    collector.settle({ rows: [], cells: [] });
    expect(rows()).toMatchObject([{ bucketAt: NOON, count: 1 }]);
  });

  it('never begins a bucket again that it has let go of, also when the clock is set back', () => {
    run().left('succeeded', 1);
    now += BUCKET_MS;
    collector.settle(collector.pending());
    now -= BUCKET_MS;
    run().left('succeeded', 1);
    expect(rows()).toMatchObject([{ bucketAt: NOON + BUCKET_MS, count: 1 }]);
  });

  it('notes what the process uses, as no tenant of its own', () => {
    const sample = { rssBytes: 100, cpuFraction: 0.25, eventLoopDelayMs: 3.5, diskFreeBytes: 5 };
    collector.sampled(sample);
    collector.sampled({ ...sample, rssBytes: 300, eventLoopDelayMs: 1 });
    expect(
      rows().map(({ tenant, kind, name, count, total, maximum }) => [tenant, kind, name, count, total, maximum]),
    ).toEqual([
      ['', 'resource', 'rss_bytes', 2, 400, 300],
      ['', 'resource', 'cpu_fraction', 2, 0.5, 0.25],
      ['', 'resource', 'event_loop_delay_ms', 2, 4.5, 3.5],
      ['', 'resource', 'disk_free_bytes', 2, 10, 5],
    ]);
    expect(rows()[0]?.histogram).toEqual([]);
  });
});
