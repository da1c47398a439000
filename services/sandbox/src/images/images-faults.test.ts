import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { processesWith } from '../testing.ts';
import { runBuilder } from './build/run-builder.ts';
import type { ImagesDeps } from './images.ts';
import {
  patientWaiter,
  stuckBuilder,
  testImages,
  type TestImages,
  tinyBuilder,
  tinyTemplates,
} from './testing-images.ts';

const isRoot = process.getuid?.() === 0;

/** Processes that the build of a store started. */
const processesOf = (folder: string): Promise<string[]> => processesWith(`HOLDFAST_MARK=${folder}`);

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

describe('faults while an image is made (SB-4)', () => {
  let test: TestImages;
  beforeEach(async () => {
    test = await testImages();
  });
  afterEach(async () => {
    const processes = await processesOf(test.folder);
    const left = await test.temp();
    await test.close();
    expect(processes, 'processes left behind').toEqual([]);
    expect(left, 'half-made').toEqual([]);
  });

  it('cancelled: every process of the build ends, and nothing half-made is left', async () => {
    const images = await test.open({ templates: tinyTemplates('tiny') }, { build: stuckBuilder });
    const abort = new AbortController();
    const waiter = { ...patientWaiter(abort.signal), progress: () => abort.abort() };
    await expect(images.acquire('tiny', 'process', waiter)).rejects.toSatisfy((error) =>
      HoldfastError.has(error, 'CANCELED'),
    );
  });

  it('the service closes: the same', async () => {
    const images = await test.open({ templates: tinyTemplates('tiny') }, { build: stuckBuilder });
    const acquired = images.acquire('tiny', 'process', patientWaiter());
    const refused = expect(acquired).rejects.toSatisfy((error) => HoldfastError.has(error, 'CANCELED'));
    await until(async () => (await processesOf(test.folder)).length > 0);
    await images.close();
    await refused;
    expect(await processesOf(test.folder)).toEqual([]);
  });

  it('it takes longer than it may: TIMED_OUT, and the same', async () => {
    const images = await test.open({ templates: tinyTemplates('tiny'), build_ms: 500 }, { build: stuckBuilder });
    await expect(images.acquire('tiny', 'process', patientWaiter())).rejects.toSatisfy((error) =>
      HoldfastError.has(error, 'TIMED_OUT'),
    );
  });

  it('the builder fails: its last lines are told', async () => {
    const build: ImagesDeps['build'] = (order) =>
      runBuilder(
        {
          argv: ['sh', '-c', 'echo "E: Unable to locate package nothing" >&2; exit 100'],
          env: { PATH: '/bin' },
          advice: 'Try again.',
        },
        order,
      );
    const images = await test.open({ templates: tinyTemplates('tiny') }, { build });
    await expect(images.acquire('tiny', 'process', patientWaiter())).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'UNAVAILABLE') && error.message.includes('Unable to locate package nothing'),
    );
    expect(images.list()).toEqual([]);
  });

  it('the builder is not installed: what to install is told', async () => {
    const build: ImagesDeps['build'] = (order) =>
      runBuilder({ argv: ['no-such-builder'], env: {}, advice: 'Try again.' }, order);
    const images = await test.open({ templates: tinyTemplates('tiny') }, { build });
    await expect(images.acquire('tiny', 'process', patientWaiter())).rejects.toSatisfy(
      (error) =>
        HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes('apt-get install mmdebstrap'),
    );
  });

  it('the service is killed (SIGKILL): its build ends with it, and the next start removes what was half made', async (ctx) => {
    if (!isRoot) ctx.skip('only root can give a build a namespace that ends with the service');
    const child = fork(new URL('./testing-killed-build.ts', import.meta.url), [test.folder], { silent: true });
    await once(child, 'message');
    expect(await test.temp()).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(async () => (await processesOf(test.folder)).length === 0);
    const build = tinyBuilder();
    const images = await test.open({ templates: tinyTemplates('tiny') }, { build });
    expect(await test.temp()).toEqual([]);
    expect(images.list()).toEqual([]);
    await images.acquire('tiny', 'process', patientWaiter());
    expect(build.orders).toHaveLength(1);
  });
});

describe('a full disk (SB-4)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-full-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('while an image is built or unpacked: STORAGE_FULL, nothing half-made is left, and it works once there is room', async (ctx) => {
    if (!isRoot) ctx.skip('only root can mount a small disk');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', folder]);
    try {
      const test = await testImages(folder);
      // 8 MiB: the root that it is packed from, and the tar. Then the tar, and what is unpacked of it.
      const images = await test.open(
        { templates: tinyTemplates('small', 'large') },
        { build: sized({ small: 4, large: 40 }) },
      );
      const full = (error: unknown): boolean =>
        HoldfastError.has(error, 'STORAGE_FULL') && error.message.includes('nothing half-made is left');
      await expect(images.acquire('large', 'process', patientWaiter())).rejects.toSatisfy(full);
      expect(await test.temp()).toEqual([]);
      expect(images.list()).toEqual([]);

      execFileSync('mount', ['-o', 'remount,size=12m', folder]);
      await expect(images.acquire('small', 'process', patientWaiter())).rejects.toSatisfy(full);
      expect(await test.temp()).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=24m', folder]);
      await (await images.acquire('small', 'process', patientWaiter())).release();
      await test.close();
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});

function sized(mib: Record<string, number>): ImagesDeps['build'] {
  return (order) => tinyBuilder(mib[order.template.id])(order);
}
