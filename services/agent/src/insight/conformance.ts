import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BUCKET_MS, KEEP_MS, planRange } from './range.ts';
import { readInsight } from './report.ts';
import type { InsightRow } from './row.ts';
import type { InsightStore } from './store.ts';

/** An opened store of one product, and how to close it. */
export interface OpenedStore {
  readonly store: InsightStore;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 24, 12);

/** A row of a tenant of its own; histogram and count fit each other. */
export function insightRow(change: Partial<InsightRow> = {}): InsightRow {
  return {
    tenant: randomUUID(),
    bucketAt: NOON,
    kind: 'tool',
    name: 'bash',
    count: 1,
    errors: 0,
    total: 0.5,
    maximum: 0.5,
    histogram: [1],
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    costUnknown: 0,
    ...change,
  };
}

/** The suite that every store of insight passes (OB-2). `open` opens the same database each time. */
export function insightConformance(product: string, open: () => Promise<OpenedStore>): void {
  describe(`figures of insight on ${product} (OB-2)`, () => {
    let opened: OpenedStore;
    let store: InsightStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    const read = async (tenant: string, from = NOON, to = NOON + BUCKET_MS, stepMs = BUCKET_MS) => {
      const all: InsightRow[] = [];
      const range = { from, to, stepMs, points: (to - from) / stepMs };
      for await (const rows of store.read(tenant, range)) all.push(...rows);
      return all;
    };

    it('gives back what was written, added up over the processes, oldest first', async () => {
      const row = insightRow({
        name: '工具',
        errors: 2,
        histogram: [0, 0, 3],
        inputTokens: 3_000_000_000,
        costUsd: 0.1 + 0.2,
        costUnknown: 1,
      });
      const { tenant } = row;
      const later = { ...row, bucketAt: NOON + BUCKET_MS };
      await store.write('w2', [later, row]);
      const other = { ...row, count: 2, total: 1.25, maximum: 1, histogram: [1, 0, 0, 1], costUnknown: 0 };
      await store.write('w1', [other]);
      const both = {
        ...row,
        count: 3,
        errors: 4,
        total: 1.75,
        maximum: 1,
        histogram: [1, 0, 3, 1],
        inputTokens: 6_000_000_000,
        costUsd: row.costUsd * 2,
      };
      expect(await read(tenant, NOON, NOON + 2 * BUCKET_MS)).toEqual([both, later]);
    });

    it('puts a row in the place of the one that the process wrote before, so that writing twice counts once', async () => {
      const row = insightRow();
      await store.write('w1', [row]);
      await store.write('w1', [row]);
      const grown = { ...row, count: 7, total: 9.25, histogram: [7] };
      await store.write('w1', [grown]);
      expect(await read(row.tenant)).toEqual([grown]);
    });

    it('separates tenants, and what is of none', async () => {
      const mine = insightRow();
      const other = insightRow();
      await store.write('w1', [mine, other, insightRow({ tenant: '', kind: 'resource', name: 'rss_bytes' })]);
      expect(await read(mine.tenant)).toEqual([mine]);
      expect(await read(other.tenant)).toEqual([other]);
      expect((await read('')).every(({ kind }) => kind === 'resource')).toBe(true);
      expect(await read("' or '1'='1")).toEqual([]);
    });

    it('reads from the first bucket up to, but not including, the end', async () => {
      const { tenant } = insightRow();
      const at = (n: number) => insightRow({ tenant, bucketAt: NOON + n * BUCKET_MS });
      await store.write('w1', [at(-1), at(0), at(1), at(2)]);
      const buckets = (await read(tenant, NOON, NOON + 2 * BUCKET_MS)).map(({ bucketAt }) => bucketAt);
      expect(buckets).toEqual([NOON, NOON + BUCKET_MS]);
    });

    it('adds up over the buckets of a step, also over many days', async () => {
      const { tenant } = insightRow();
      const day = 24 * 3_600_000;
      const of = (at: number, count: number) =>
        insightRow({ tenant, bucketAt: NOON + at, count, total: count, histogram: [0, count] });
      const end = 3 * day - BUCKET_MS;
      await store.write('w1', [of(0, 1), of(BUCKET_MS, 2), of(day - BUCKET_MS, 4), of(day, 8), of(end, 16)]);
      const summed = await read(tenant, NOON, NOON + 3 * day, 3 * 3_600_000);
      expect(summed.map(({ bucketAt, count, histogram }) => [(bucketAt - NOON) / 3_600_000, count, histogram])).toEqual(
        [
          [0, 3, [0, 3]],
          [21, 4, [0, 4]],
          [24, 8, [0, 8]],
          [69, 16, [0, 16]],
        ],
      );
    });

    it('deletes what is older than it is told, and nothing else', async () => {
      const { tenant } = insightRow();
      const old = insightRow({ tenant, bucketAt: NOON - KEEP_MS - BUCKET_MS });
      const edge = insightRow({ tenant, bucketAt: NOON - KEEP_MS });
      await store.write('w1', [old, edge]);
      await store.prune(NOON - KEEP_MS);
      expect(await read(tenant, NOON - 2 * KEEP_MS, NOON)).toEqual([edge]);
    });

    it('is added up over time and by name, of all processes', async () => {
      const { tenant } = insightRow();
      const of = (change: Partial<InsightRow>) => insightRow({ tenant, ...change });
      await store.write('w1', [
        of({ kind: 'queue', name: 'a', count: 2, maximum: 1, histogram: [2] }),
        of({ kind: 'run-succeeded', name: 'a', histogram: [0, 0, 1], maximum: 2 }),
        of({ kind: 'run-failed', name: 'b', histogram: [0, 0, 1], maximum: 2 }),
        of({ kind: 'model', name: 'x/m', errors: 1, inputTokens: 5, outputTokens: 3, costUsd: 0.25 }),
        of({ name: 'quick', count: 3, histogram: [3], maximum: 1, total: 3 }),
        of({ name: 'slow', errors: 1, histogram: [0, 0, 0, 0, 0, 1], maximum: 9, total: 9 }),
      ]);
      await store.write('w2', [
        of({ kind: 'model', name: 'x/m', inputTokens: 5, costUnknown: 1 }),
        of({ bucketAt: NOON + 2 * BUCKET_MS, kind: 'run-canceled', name: 'a', histogram: [1], maximum: 1 }),
      ]);
      const range = planRange(NOON, NOON + 3 * BUCKET_MS);
      const report = await readInsight(store, tenant, range, false);
      expect(report.points).toMatchObject([
        {
          at: NOON,
          started: 2,
          succeeded: 1,
          failed: 1,
          canceled: 0,
          runMs: { p50: 1.8, p95: 2 },
          queueMs: { p95: 1 },
          modelCalls: 2,
          modelErrors: 1,
          toolCalls: 4,
          toolErrors: 1,
          usage: { inputTokens: 10, outputTokens: 3, costUsd: 0.25, costUnknown: true },
        },
        { at: NOON + BUCKET_MS, started: 0, succeeded: 0, modelCalls: 0, usage: { costUsd: 0, costUnknown: false } },
        { at: NOON + 2 * BUCKET_MS, canceled: 1 },
      ]);
      expect(report.points[1]?.runMs).toBeUndefined();
      expect(report.runMs).toMatchObject({ p50: 1.7, p95: 2 });
      expect((await readInsight(store, 'nobody', range, false)).runMs).toBeUndefined();
      expect(report.agents.map(({ name, succeeded, failed, canceled }) => [name, succeeded, failed, canceled])).toEqual(
        [
          ['a', 1, 0, 1],
          ['b', 0, 1, 0],
        ],
      );
      expect(report.models).toMatchObject([{ name: 'x/m', calls: 2, errors: 1, usage: { inputTokens: 10 } }]);
      expect(report.tools).toMatchObject([
        { name: 'slow', calls: 1, errors: 1, maxMs: 9, totalMs: 9 },
        { name: 'quick', calls: 3, errors: 0, maxMs: 1, totalMs: 3 },
      ]);
      expect(report.resources).toEqual([]);
    });

    it('has the resources of the processes for who asks for them: means, and the longest delay', async () => {
      const at = NOON + 10 * KEEP_MS;
      const of = (name: string, count: number, total: number, maximum: number) =>
        insightRow({ tenant: '', bucketAt: at, kind: 'resource', name, count, total, maximum, histogram: [] });
      await store.write('w1', [of('rss_bytes', 2, 400, 300), of('event_loop_delay_ms', 2, 5, 4)]);
      await store.write('w2', [of('rss_bytes', 1, 110, 110), of('event_loop_delay_ms', 1, 9, 9)]);
      await store.write('w1', [of('cpu_fraction', 2, 1, 0.75), of('disk_free_bytes', 2, 2001, 1001)]);
      const range = planRange(at - BUCKET_MS, at + BUCKET_MS);
      const { resources } = await readInsight(store, 'nobody', range, true);
      const expected = { rssBytes: 170, cpuFraction: 0.5, eventLoopDelayMs: 9, diskFreeBytes: 1001 };
      expect(resources).toMatchObject([{ at, ...expected }]);
      expect((await readInsight(store, 'nobody', range, false)).resources).toEqual([]);
    });

    it('keeps everything when it is closed and opened again', async () => {
      const row = insightRow();
      await store.write('w1', [row]);
      await opened.close();
      opened = await open();
      store = opened.store;
      expect(await read(row.tenant)).toEqual([row]);
    });
  });
}
