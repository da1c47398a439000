import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { type Database, openSqlite } from '@holdfast/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AGENT_SCHEMA } from '../journal/schema.ts';
import { InsightCollector } from './collector.ts';
import { insightRow } from './conformance.ts';
import { BUCKET_MS, KEEP_MS } from './range.ts';
import { InsightRecorder, type RecorderDeps } from './recorder.ts';
import type { InsightRow, ResourceSample } from './row.ts';
import { createInsightStore, type InsightStore } from './store.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const SAMPLE: ResourceSample = { rssBytes: 1, cpuFraction: 1, eventLoopDelayMs: 1, diskFreeBytes: 1 };

let dataDir = '';
let database: Database;
let store: InsightStore;
let now = NOON;
let problems: string[] = [];
let collector: InsightCollector;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-recorder-'));
  database = await openSqlite({ dataDir });
  await database.migrate(AGENT_SCHEMA);
  store = createInsightStore(database);
  now = NOON;
  problems = [];
  collector = new InsightCollector(() => now);
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function recorderWith(change: Partial<RecorderDeps> = {}): InsightRecorder {
  return new InsightRecorder({
    collector,
    store,
    worker: 'w1',
    sample: async () => SAMPLE,
    now: () => now,
    problem: (message) => problems.push(message),
    ...change,
  });
}

const ended = () =>
  collector.observer
    .run({ runId: 'r', tenant: 'acme', agent: 'a', traceparent: '', recovered: false })
    .left('succeeded', 5);

async function stored(tenant = 'acme'): Promise<InsightRow[]> {
  const all: InsightRow[] = [];
  const from = NOON - KEEP_MS - BUCKET_MS;
  const range = { from, to: NOON + BUCKET_MS, stepMs: BUCKET_MS, points: (KEEP_MS + 2 * BUCKET_MS) / BUCKET_MS };
  for await (const rows of store.read(tenant, range)) all.push(...rows);
  return all;
}

describe('the recorder of insight (OB-2)', () => {
  it('writes what changed, and at the end what is left', async () => {
    const recorder = recorderWith();
    recorder.start();
    ended();
    await recorder.tick();
    expect(await stored()).toMatchObject([{ count: 1 }]);
    ended();
    await recorder.stop();
    expect(await stored()).toMatchObject([{ count: 2 }]);
    expect(problems).toEqual([]);
  });

  it('keeps what could not be written, says so, and writes it when it can', async () => {
    let down = true;
    const failing: InsightStore = {
      ...store,
      write: async (worker, rows) => {
        if (down) throw new HoldfastError('STORAGE_UNAVAILABLE', 'down');
        await store.write(worker, rows);
      },
    };
    const recorder = recorderWith({ store: failing });
    ended();
    await recorder.flush();
    ended();
    await recorder.flush();
    expect(problems).toEqual(Array(2).fill(expect.stringContaining('kept and tried again')));
    down = false;
    await recorder.flush();
    expect(await stored()).toMatchObject([{ count: 2 }]);
  });

  it('writes one after the other, so that an older row never comes last', async () => {
    const order: number[] = [];
    let letGo: () => void = () => undefined;
    const slow: InsightStore = {
      ...store,
      write: async (worker, rows) => {
        if (order.length === 0) await new Promise<void>((resolve) => (letGo = resolve));
        order.push(rows[0]?.count ?? 0);
        await store.write(worker, rows);
      },
    };
    const recorder = recorderWith({ store: slow });
    ended();
    const first = recorder.flush();
    await Promise.resolve();
    await Promise.resolve();
    ended();
    const second = recorder.flush();
    letGo();
    await Promise.all([first, second]);
    expect(order).toEqual([1, 2]);
    expect(await stored()).toMatchObject([{ count: 2 }]);
  });

  it('measures what the process uses once a minute', async () => {
    const recorder = recorderWith();
    for (const after of [0, 10_000, 59_999, 60_000, 60_001]) {
      now = NOON + after;
      await recorder.tick();
    }
    expect((await stored('')).map(({ name, count }) => [name, count])).toEqual([
      ['cpu_fraction', 2],
      ['disk_free_bytes', 2],
      ['event_loop_delay_ms', 2],
      ['rss_bytes', 2],
    ]);
  });

  it('goes on where that cannot be measured', async () => {
    const recorder = recorderWith({ sample: () => Promise.reject(new Error('no disk')) });
    ended();
    await recorder.tick();
    expect(problems).toEqual([expect.stringContaining('could not be measured')]);
    expect(await stored()).toHaveLength(1);
  });

  it('deletes once an hour what is older than 90 days', async () => {
    const recorder = recorderWith();
    const old = insightRow({ tenant: 'acme', bucketAt: NOON - KEEP_MS - BUCKET_MS });
    const young = insightRow({ tenant: 'acme', bucketAt: NOON - KEEP_MS + 3_600_000 });
    await store.write('w0', [old, young]);
    await recorder.tick();
    expect(await stored()).toEqual([young]);
    await store.write('w0', [old]);
    now += 3_599_999;
    await recorder.tick();
    expect(await stored()).toEqual([old, young]);
    now += 2;
    await recorder.tick();
    expect(await stored()).toEqual([]);
  });
});
