import { stat } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ContainerImages } from './container-images.ts';
import { patientWaiter, testImages, type TestImages, tinyBuilder, tinyTemplates } from './testing-images.ts';

const MIB = 1024 * 1024;

/** The images of an engine that a store is tried with: the engine itself is tried where engines are. */
function shelf() {
  const held = new Map<string, number>();
  let isDown = false;
  const images: ContainerImages = {
    name: 'docker',
    async import(tar, reference) {
      held.set(reference, (await stat(tar)).size);
    },
    async bytes(reference) {
      return held.get(reference);
    },
    async remove(reference) {
      if (isDown) throw new HoldfastError('UNAVAILABLE', 'The daemon does not answer.');
      held.delete(reference);
    },
  };
  return { images, held, stop: () => (isDown = true) };
}

describe('images in a container engine (SB-4)', () => {
  let test: TestImages;
  beforeEach(async () => {
    test = await testImages();
  });
  afterEach(async () => test.close());

  it('are imported once, count, and go with the image', async () => {
    const docker = shelf();
    const templates = tinyTemplates('tiny');
    const images = await test.open({ templates }, { containers: [docker.images] });
    const use = { container: 'docker' };
    const [lease, twin] = await Promise.all([
      images.acquire('tiny', use, patientWaiter()),
      images.acquire('tiny', use, patientWaiter()),
    ]);
    expect(lease.image).toBe(`holdfast-template:${lease.digest}`);
    expect(lease.rootfs).toBeUndefined();
    const [bytes = 0] = docker.held.values();
    expect(images.list()[0]?.bytes).toBeGreaterThan(2 * bytes - 1);
    await lease.release();
    await twin.release();

    const next = await test.open({ templates }, { containers: [docker.images] });
    expect(next.list()[0]?.bytes).toBe(images.list()[0]?.bytes);
    await next.remove(lease.digest ?? '');
    expect(docker.held.size).toBe(0);
  });

  it('are imported again when somebody else has removed them there', async () => {
    const docker = shelf();
    const images = await test.open({ templates: tinyTemplates('tiny') }, { containers: [docker.images] });
    const use = { container: 'docker' };
    await images.acquire('tiny', use, patientWaiter());
    const { bytes } = images.list()[0] ?? {};
    docker.held.clear();
    const lease = await images.acquire('tiny', use, patientWaiter());
    expect([...docker.held.keys()]).toEqual([lease.image]);
    expect(images.list()[0]?.bytes).toBe(bytes);
  });

  it('are kept and counted while the engine is down, and another image goes instead', async () => {
    const docker = shelf();
    const templates = tinyTemplates('a', 'b', 'c');
    const config = { templates, limit_bytes: 32 * MIB };
    const images = await test.open(config, { containers: [docker.images], build: tinyBuilder(4) });
    const names = ['a', 'b', 'c'] as const;
    await (await images.acquire(names[0], { container: 'docker' }, patientWaiter())).release();
    await (await images.acquire(names[1], 'process', patientWaiter())).release();
    docker.stop();
    await (await images.acquire(names[2], 'microvm', patientWaiter())).release();
    expect(
      images
        .list()
        .flatMap((image) => image.templates)
        .sort(),
    ).toEqual(['a', 'c']);
  });

  it('are refused where there is no such engine', async () => {
    const images = await test.open({ templates: tinyTemplates('tiny') });
    await expect(images.acquire('tiny', { container: 'podman' }, patientWaiter())).rejects.toSatisfy((error) =>
      HoldfastError.has(error, 'SANDBOX_UNAVAILABLE'),
    );
    expect(images.list()[0]?.inUse).toBe(0);
  });
});
