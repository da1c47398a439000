import { tmpdir } from 'node:os';

import { afterEach, describe, expect, it } from 'vitest';

import { createResourceSampler, type ResourceSampler } from './resources.ts';

let sampler: ResourceSampler | undefined;
afterEach(() => sampler?.close());

describe('what this process uses (OB-2)', () => {
  it('is measured from the sample before on', async () => {
    let now = 0;
    sampler = createResourceSampler(tmpdir(), () => now);
    for (const until = performance.now() + 50; performance.now() < until; ) Math.sqrt(now);
    now += 1000;
    const first = await sampler.sample();
    expect(first.rssBytes).toBeGreaterThan(10_000_000);
    expect(first.diskFreeBytes).toBeGreaterThan(0);
    expect(first.cpuFraction).toBeGreaterThan(0);
    expect(first.eventLoopDelayMs).toBeGreaterThanOrEqual(0);
    now += 1e12;
    expect((await sampler.sample()).cpuFraction).toBeLessThan(first.cpuFraction);
  });

  it('is a number also where no time has passed', async () => {
    sampler = createResourceSampler(tmpdir(), () => 0);
    expect((await sampler.sample()).cpuFraction).toBe(0);
  });

  it('fails where the file system cannot be asked', async () => {
    sampler = createResourceSampler('/there/is/no/such/folder', () => 0);
    await expect(sampler.sample()).rejects.toThrow('ENOENT');
  });
});
