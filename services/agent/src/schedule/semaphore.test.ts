import { describe, expect, it } from 'vitest';

import { type Release, Semaphore } from './semaphore.ts';

const forever = new AbortController().signal;

function acquireAll(semaphore: Semaphore, who: readonly { tenant: string; agent: string }[]) {
  const granted: { tenant: string; release: Release }[] = [];
  const all = who.map(async (one) => {
    granted.push({ tenant: one.tenant, release: await semaphore.acquire(one, forever) });
  });
  return { granted, all: Promise.all(all) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore (AG-1)', () => {
  it('bounds globally, per tenant and per agent', async () => {
    const semaphore = new Semaphore({ global: 4, perTenant: 2, perAgent: 1 });
    const { granted } = acquireAll(semaphore, [
      { tenant: 'a', agent: 'x' },
      { tenant: 'a', agent: 'x' },
      { tenant: 'a', agent: 'y' },
      { tenant: 'a', agent: 'z' },
      { tenant: 'b', agent: 'x' },
    ]);
    await settled();
    expect(granted.map(({ tenant }) => tenant).sort()).toEqual(['a', 'a', 'b']);
    expect(semaphore.waiting).toBe(2);
  });

  it('starves no tenant: one with a thousand queued runs and one with a single run take turns', async () => {
    const semaphore = new Semaphore({ global: 1, perTenant: 1, perAgent: 1 });
    const { granted, all } = acquireAll(semaphore, [
      ...Array.from({ length: 1000 }, () => ({ tenant: 'busy', agent: 'x' })),
      { tenant: 'small', agent: 'x' },
    ]);
    for (let served = 0; served < 1001; served += 1) {
      await settled();
      granted[served]?.release();
    }
    await all;
    expect(granted.findIndex(({ tenant }) => tenant === 'small')).toBeLessThanOrEqual(2);
    expect(semaphore.held).toBe(0);
  });

  it('lets go of one who no longer waits, and takes a permit back once only', async () => {
    const semaphore = new Semaphore({ global: 1, perTenant: 1, perAgent: 1 });
    const release = await semaphore.acquire({ tenant: 'a', agent: 'x' }, forever);
    const leaving = new AbortController();
    const waiting = semaphore.acquire({ tenant: 'b', agent: 'x' }, leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELED' });
    expect(semaphore.waiting).toBe(0);
    release();
    release();
    expect(semaphore.held).toBe(0);
  });
});
