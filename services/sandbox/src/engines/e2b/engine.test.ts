import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { capture } from '../../execute/capture.ts';
import { describeInCage } from '../../testing-cage.ts';
import { engineConformance } from '../conformance.ts';
import type { Box, Engine } from '../engine.ts';
import { TEST_LIMITS } from '../process/testing.ts';
import { createE2bEngine } from './engine.ts';
import { type E2bTestService, startE2bTestService } from './testing.ts';

const ENV = { PATH: '/usr/bin:/bin' };
/** Nobody's: what is inside belongs to the users there. */
const OWNERS = { user: { uid: 58_950, gid: 58_950 } };

function engineAt(service: E2bTestService, instance: string, apiKey = service.apiKey): Engine {
  const { url } = service;
  return createE2bEngine({
    url,
    sandboxUrl: url,
    apiKey,
    template: 'base',
    instance,
    now: () => performance.now(),
  });
}

const create = (engine: Engine): Promise<Box> =>
  engine.create({ id: randomUUID().replaceAll('-', ''), inputs: [], owners: OWNERS, limits: TEST_LIMITS });

// The service that is asked is another Holdfast, whose own sandboxes are bubblewrap's.
describeInCage('e2b', () => {
  engineConformance('e2b', async () => {
    const service = await startE2bTestService();
    const engine = engineAt(service, 'conformance');
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-e2b-snapshot-'));
    return {
      create: () => create(engine),
      folder: async () => folder,
      leaks: async () => [...service.sandboxes.all()].map(({ id }) => id),
      async close() {
        await service.stop();
        await rm(folder, { recursive: true });
      },
    };
  });

  let service: E2bTestService;
  beforeAll(async () => {
    service = await startE2bTestService();
  });
  afterAll(() => service.stop());

  it('is told by the service that its key is wrong, and leaves nothing', async () => {
    await expect(create(engineAt(service, 'stranger', 'e2b_wrong'))).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes('sandbox.e2b.api_key'),
    );
    expect([...service.sandboxes.all()]).toEqual([]);
  });

  it('says that a service cannot be reached', async () => {
    const gone = { ...service, url: 'http://127.0.0.1:9' };
    await expect(create(engineAt(gone, 'gone'))).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes('127.0.0.1:9'),
    );
  });

  it('says that a sandbox was ended by others', async () => {
    const box = await create(engineAt(service, 'ended'));
    for (const sandbox of service.sandboxes.all()) await service.sandboxes.kill(sandbox);
    expect(await box.ended).toMatchObject({ reason: 'died' });
    await expect(capture(box.agent, ['true'], ENV)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('ends what a killed service had left, and nothing of another installation (SB-2)', async () => {
    const mine = engineAt(service, 'mine');
    const left = await create(mine);
    const other = await create(engineAt(service, 'other'));
    expect(await mine.reap()).toBe(1);
    expect(await left.ended).toMatchObject({ reason: 'died' });
    expect((await capture(other.agent, ['echo', 'alive'], ENV)).stdout).toBe('alive\n');
    await other.destroy();
    expect([...service.sandboxes.all()]).toEqual([]);
  });

  it('can be destroyed while it is paused', async () => {
    const box = await create(engineAt(service, 'paused'));
    await box.pause();
    await box.destroy();
    expect(await box.ended).toMatchObject({ reason: 'destroyed' });
    expect([...service.sandboxes.all()]).toEqual([]);
  });

  it('asks for a key where there is none', () => {
    expect(() => engineAt(service, 'none', '')).toThrow(/E2B_API_KEY/);
  });
});
