import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { createBubblewrapEngine } from '../engines/bubblewrap/engine.ts';
import type { EngineUnderTest } from '../engines/conformance.ts';
import type { Box } from '../engines/engine.ts';
import { processEngineUnderTest } from '../engines/process/testing.ts';
import { capture } from '../execute/capture.ts';
import { describeInCage } from '../testing-cage.ts';
import { createPool, type Pool } from './pool.ts';

const ENV = { PATH: '/usr/bin:/bin' };

describeInCage('a warm pool of bubblewrap boxes (SB-4)', () => {
  let engine: EngineUnderTest;
  let pool: Pool<string, Box>;
  let made: Box[];
  beforeEach(async () => {
    const { platform: os, arch } = process;
    engine = await processEngineUnderTest(await createBubblewrapEngine({ os, arch, isRoot: process.getuid?.() === 0 }));
    made = [];
    pool = createPool({
      keyOf: (template) => template,
      async make() {
        const box = await engine.create();
        made.push(box);
        return box;
      },
      destroy: (box) => box.destroy(),
      min: 2,
      max: 4,
      total: 4,
      idleMs: 60_000,
      now: () => performance.now(),
      schedule(call, afterMs) {
        const timer = setTimeout(call, afterMs);
        return () => clearTimeout(timer);
      },
      random: Math.random,
      report: () => undefined,
    });
    pool.keepWarm('base');
    while (ready() < 2) await sleep(10);
  });
  afterEach(async () => {
    await pool.close();
    const leaks = await engine.leaks();
    await engine.close();
    expect(leaks).toEqual([]);
  });
  const ready = (): number => pool.state()[0]?.ready ?? 0;

  it('gives one that is ready and works, and makes another', async () => {
    const box = await pool.acquire('base');
    expect(made.slice(0, 2)).toContain(box);
    expect(await capture(box.agent, ['echo', 'warm'], ENV)).toMatchObject({ stdout: 'warm\n', exitCode: 0 });
    while (ready() < 2) await sleep(10);
    await box.destroy();
  });

  it('never gives one whose processes were killed', async () => {
    await made[0]?.destroy();
    const box = await pool.acquire('base');
    expect(box).not.toBe(made[0]);
    expect(await capture(box.agent, ['echo', 'alive'], ENV)).toMatchObject({ stdout: 'alive\n' });
    await box.destroy();
  });
});
