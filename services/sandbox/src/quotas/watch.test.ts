import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import type { Usage } from './cgroups/driver.ts';
import { exceededQuota, type UsageSample, type Watched, type WatchedQuotas, watchQuotas } from './watch.ts';

const MIB = 1024 * 1024;
const IDLE: Usage = {
  cpuUs: 0,
  memoryBytes: 0,
  memoryPeakBytes: 0,
  pids: 1,
  readBytes: 0,
  writtenBytes: 0,
  readOps: 0,
  writeOps: 0,
  throttledUs: 0,
  oomKills: 0,
  forksRefused: 0,
};

/** A watch with a clock that the test turns by hand. */
function watchByHand(quotas: WatchedQuotas, init: Partial<Pick<Watched, 'usage' | 'disk' | 'everyMs'>> = {}) {
  const told: unknown[] = [];
  const samples: UsageSample[] = [];
  let time = 5000;
  let planned: { call: () => void; at: number } | undefined;
  const watch = watchQuotas({
    everyMs: 100,
    quotas,
    usage: () => Promise.resolve(IDLE),
    now: () => time,
    schedule(call, afterMs) {
      planned = { call, at: time + afterMs };
      return () => (planned = undefined);
    },
    publish: (sample) => samples.push(sample),
    over: (quota, message) => told.push([quota, message]),
    lost: (error) => told.push(error),
    ...init,
  });
  /** Turns the clock to the next look, and returns how long that took. */
  const next = async (): Promise<number | undefined> => {
    if (!planned) return undefined;
    const { call, at } = planned;
    const waited = at - time;
    [time, planned] = [at, undefined];
    call();
    await new Promise(setImmediate);
    return waited;
  };
  return { watch, told, samples, next };
}

describe('watching the use of a sandbox (SB-2)', () => {
  it('publishes a sample at every look', async () => {
    let cpuUs = 0;
    const { samples, next } = watchByHand(
      {},
      { usage: () => Promise.resolve({ ...IDLE, cpuUs: (cpuUs += 10) }), disk: () => Promise.resolve(7) },
    );
    await next();
    await next();
    // The disk is measured beside the looks: its figure need not be in the first.
    expect(samples).toMatchObject([
      { ...IDLE, cpuUs: 10, elapsedMs: 100 },
      { ...IDLE, cpuUs: 20, elapsedMs: 200, diskBytes: 7 },
    ]);
  });

  it('tells once that a quota is exceeded, and looks no more', async () => {
    const { told, next } = watchByHand(
      { memoryBytes: 64 * MIB },
      { usage: () => Promise.resolve({ ...IDLE, oomKills: 1, memoryPeakBytes: 64 * MIB }) },
    );
    await next();
    expect(await next()).toBeUndefined();
    expect(told).toEqual([
      ['memory', 'The sandbox used up its memory quota of 64 MiB: the kernel killed 1 process, the peak was 64 MiB.'],
    ]);
  });

  it('looks at the end of the wall time when it comes, not when the next look is due', async () => {
    const { told, next } = watchByHand({ wallMs: 250 });
    expect([await next(), await next(), await next()]).toEqual([100, 100, 50]);
    expect(told).toEqual([['wall', 'The sandbox reached the end of its 0.25 s of wall time after 0.25 s.']]);
  });

  it('never ends a sandbox because forks were refused', async () => {
    const { told, samples, next } = watchByHand({}, { usage: () => Promise.resolve({ ...IDLE, forksRefused: 99 }) });
    await next();
    expect(samples[0]).toMatchObject({ forksRefused: 99 });
    expect(told).toEqual([]);
  });

  it('is silent once it is stopped, also about a look that is under way', async () => {
    const asked = Promise.withResolvers<Usage>();
    const { watch, told, samples, next } = watchByHand({}, { usage: () => asked.promise });
    await next();
    watch.stop();
    asked.resolve({ ...IDLE, oomKills: 1 });
    await new Promise(setImmediate);
    expect([told, samples]).toEqual([[], []]);
  });

  it('looks at all else while a slow disk is measured', async () => {
    const { told, next } = watchByHand({ wallMs: 250 }, { disk: () => new Promise(() => undefined) });
    await next();
    await next();
    await next();
    expect(told).toMatchObject([['wall', expect.any(String)]]);
  });

  it('tells when it can measure the disk no longer', async () => {
    const { told, next } = watchByHand({}, { disk: () => Promise.reject(new Error('gone')) });
    await next();
    expect(told).toEqual([expect.any(HoldfastError)]);
    expect(await next()).toBeUndefined();
  });

  it('tells when it can measure no longer', async () => {
    const { told, next } = watchByHand({}, { usage: () => Promise.reject(new Error('gone')) });
    await next();
    expect(told).toEqual([expect.any(HoldfastError)]);
    expect(await next()).toBeUndefined();
  });
});

describe('the sentence about an exceeded quota (SB-2)', () => {
  const sample = { ...IDLE, elapsedMs: 0 };

  it.each([
    [
      { ...sample, diskBytes: 11 * MIB },
      { diskBytes: 10 * MIB },
      { quota: 'disk', message: 'The sandbox is over its disk quota of 10 MiB: its folders hold 11 MiB.' },
    ],
    [
      { ...sample, cpuUs: 2_500_000 },
      { cpuS: 2 },
      { quota: 'cpu', message: 'The sandbox used up its quota of 2 s of CPU time: 2.5 s were used.' },
    ],
  ])('names the quota, the limit and what was seen', (seen, quotas, expected) => {
    expect(exceededQuota(seen, quotas)).toEqual(expected);
  });

  it('is not there for what is just at a limit', () => {
    const quotas = { diskBytes: MIB, cpuS: 1, wallMs: 1000, memoryBytes: MIB };
    const atLimit = { ...sample, diskBytes: MIB, cpuUs: 1_000_000, elapsedMs: 999, memoryBytes: MIB };
    expect(exceededQuota(atLimit, quotas)).toBeUndefined();
  });
});
