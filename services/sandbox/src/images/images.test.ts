import { lstat, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { bytesOnDisk } from './store/disk.ts';
import { type AheadEvent, pullAhead } from './pull-ahead.ts';
import {
  patientWaiter,
  stuckBuilder,
  testImages,
  type TestImages,
  tinyBuilder,
  tinyTemplates,
} from './testing-images.ts';

const MIB = 1024 * 1024;

describe('images of templates (SB-4)', () => {
  let test: TestImages;
  beforeEach(async () => {
    test = await testImages();
  });
  afterEach(async () => {
    const left = await test.temp();
    await test.close();
    expect(left, 'half-made').toEqual([]);
  });

  it('are made once, named by their content, found again by the next service, and made anew for another declaration', async () => {
    const build = tinyBuilder();
    const first = await test.open({ templates: tinyTemplates('tiny') }, { build });
    const waiter = patientWaiter();
    const lease = await first.acquire('tiny', 'process', waiter);
    expect(lease.digest).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(waiter.lines).toContain('packing');
    expect(await readFile(join(lease.rootfs ?? '', 'etc/template'), 'utf8')).toBe('tiny');
    await lease.release();

    const second = await test.open({ templates: tinyTemplates('tiny') }, { build });
    expect((await second.acquire('tiny', 'microvm', patientWaiter())).digest).toBe(lease.digest);
    expect(build.orders).toHaveLength(1);

    const changed = await test.open({ templates: { tiny: { packages: ['tiny-tiny', 'more'] } } }, { build });
    expect(changed.list()).toMatchObject([{ digest: lease.digest, templates: [], inUse: 0 }]);
    await changed.acquire('tiny', 'process', patientWaiter());
    expect(build.orders).toHaveLength(2);
  });

  it('are one, when the same is asked for many times at once', async () => {
    const build = tinyBuilder();
    const images = await test.open(
      { templates: { ...tinyTemplates('tiny'), twin: { packages: ['tiny-tiny'] } } },
      { build },
    );
    const names = ['tiny', 'twin', 'tiny', 'twin', 'tiny'];
    const leases = await Promise.all(names.map((name) => images.acquire(name, 'process', patientWaiter())));
    expect(build.orders).toHaveLength(1);
    expect(new Set(leases.map(({ rootfs }) => rootfs)).size).toBe(1);
    expect(images.list()).toMatchObject([{ templates: ['tiny', 'twin'], inUse: 5 }]);
    for (const lease of leases) {
      await lease.release();
      await lease.release();
    }
    expect(images.list()[0]?.inUse).toBe(0);
  });

  it("are not needed where the host's own programs will do, and only level process may use these", async () => {
    const build = tinyBuilder();
    const images = await test.open({}, { build });
    const lease = await images.acquire('base', 'process', patientWaiter());
    expect(lease).toMatchObject({ template: { id: 'base' } });
    expect(lease.rootfs ?? lease.digest).toBeUndefined();
    await lease.release();
    expect(build.orders).toEqual([]);
    expect((await images.acquire('base', 'microvm', patientWaiter())).rootfs).toBeDefined();
    expect(build.orders).toHaveLength(1);
  });

  it('give no process of the host a right: no setuid, no device, no foreign owner; and hold what engines mount over (QA-4)', async () => {
    const images = await test.open({ templates: tinyTemplates('tiny') });
    const { rootfs = '' } = await images.acquire('tiny', 'process', patientWaiter());
    const setuid = await lstat(join(rootfs, 'bin/busybox-setuid'));
    expect((setuid.mode & 0o7777).toString(8)).toBe('755');
    expect(setuid.uid).toBe(process.getuid?.());
    expect(await readdir(join(rootfs, 'etc'))).not.toContain('device');
    expect(await readdir(join(rootfs, 'etc'))).not.toContain('pipe');
    expect(await readlink(join(rootfs, 'bin/sh'))).toBe('busybox');
    for (const path of ['dev', 'proc', 'sys', 'run', 'tmp', 'home/user', 'workspace', 'input']) {
      expect((await lstat(join(rootfs, path))).isDirectory(), path).toBe(true);
    }
    expect((await lstat(test.folder)).mode & 0o077, 'others cannot look in').toBe(0);
  });

  it('are refused when a link leads where a folder of the sandbox has to be (QA-4)', async () => {
    const tiny = tinyBuilder();
    const { runBuilder } = await import('./build/run-builder.ts');
    const images = await test.open(
      { templates: tinyTemplates('tiny') },
      {
        build: async (order) => {
          await tiny(order);
          const script = 'ln -s /etc "$1/root/home" && tar --create --file="$2" --directory="$1/root" .';
          await runBuilder(
            {
              argv: ['sh', '-c', script, 'sh', order.temp, order.tar],
              env: { PATH: '/usr/bin:/bin' },
              advice: 'Try again.',
            },
            order,
          );
        },
      },
    );
    await expect(images.acquire('tiny', 'process', patientWaiter())).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'FAILED_PRECONDITION') && error.message.includes('/home/user'),
    );
    expect(await readdir('/etc')).not.toContain('user');
    expect(images.list()[0]?.inUse).toBe(0);
  });

  it('stay below the limit: the least recently used goes, one in use never, and real bytes count', async () => {
    const build = tinyBuilder(4);
    const templates = tinyTemplates('a', 'b', 'c');
    // Each is 8 MiB as a tar and as much again unpacked.
    const images = await test.open({ templates, limit_bytes: 40 * MIB }, { build });
    const a = await images.acquire('a', 'process', patientWaiter());
    const b = await images.acquire('b', 'process', patientWaiter());
    const taken = (): number => images.list().reduce((sum, { bytes }) => sum + bytes, 0);
    expect(taken()).toBe(await sizeOf(test.folder));
    await b.release();
    await a.release();
    const c = await images.acquire('c', 'process', patientWaiter());
    const ids = (): string[] =>
      images
        .list()
        .flatMap(({ templates: used }) => used)
        .sort();
    expect(ids(), 'a was used last').toEqual(['a', 'c']);
    expect(taken()).toBe(await sizeOf(test.folder));

    const again = await images.acquire('a', 'process', patientWaiter());
    await expect(images.acquire('b', 'process', patientWaiter())).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'STORAGE_FULL') && error.message.includes('limit_bytes'),
    );
    // The tar of b may have found room, its unpacked root has not: what is in use is untouched.
    expect(ids()).toEqual(expect.arrayContaining(['a', 'c']));
    expect(taken()).toBeLessThanOrEqual(40 * MIB);
    expect(await readFile(join(c.rootfs ?? '', 'etc/template'), 'utf8')).toBe('c');
    await c.release();
    await again.release();
    await images.acquire('b', 'process', patientWaiter());
    expect(ids()).toEqual(['a', 'b']);
  });

  it('remember their last use over a start, and a lower limit removes what was not used for longest', async () => {
    const templates = tinyTemplates('a', 'b', 'c');
    const build = tinyBuilder(4);
    const first = await test.open({ templates }, { build });
    for (const name of ['a', 'b', 'c', 'a']) await (await first.acquire(name, 'process', patientWaiter())).release();
    const before = first.list();
    const second = await test.open({ templates }, { build });
    const byDigest = (list: readonly { digest: string }[]) => [...list].sort((x, y) => (x.digest < y.digest ? -1 : 1));
    expect(byDigest(second.list())).toEqual(byDigest(before));
    const third = await test.open({ templates, limit_bytes: 40 * MIB }, { build });
    expect(
      third
        .list()
        .flatMap(({ templates: ids }) => ids)
        .sort(),
    ).toEqual(['a', 'c']);
  });

  it('can be removed, but not while they are in use', async () => {
    const images = await test.open({ templates: tinyTemplates('tiny') });
    const lease = await images.acquire('tiny', 'process', patientWaiter());
    const digest = lease.digest ?? '';
    await expect(images.remove(digest)).rejects.toSatisfy((error) => HoldfastError.has(error, 'FAILED_PRECONDITION'));
    await lease.release();
    await images.remove(digest);
    expect(images.list()).toEqual([]);
    expect(await readdir(join(test.folder, 'images'))).toEqual([]);
    await expect(images.remove(digest)).rejects.toSatisfy((error) => HoldfastError.has(error, 'NOT_FOUND'));
  });

  it('that were damaged are removed and told of, and made anew', async () => {
    const build = tinyBuilder();
    const templates = tinyTemplates('a', 'b');
    const first = await test.open({ templates }, { build });
    const digests: string[] = [];
    for (const name of ['a', 'b']) digests.push((await first.acquire(name, 'process', patientWaiter())).digest ?? '');
    await writeFile(join(test.folder, 'images', digests[0] ?? '', 'image.json'), '{');
    await rm(join(test.folder, 'images', digests[1] ?? '', 'image.tar'));
    const second = await test.open({ templates }, { build });
    expect(second.list()).toEqual([]);
    expect(test.reports.map(({ code }) => code)).toEqual(['STORAGE_CORRUPT', 'STORAGE_CORRUPT']);
    await second.acquire('a', 'process', patientWaiter());
    expect(build.orders).toHaveLength(3);
  });

  it('say which templates there are when one is asked for that is not', async () => {
    const images = await test.open({});
    await expect(images.acquire('nothing', 'process', patientWaiter())).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'NOT_FOUND') && error.message.includes('data-science, node, nodejs, python'),
    );
  });

  it('are made ahead in the background, with progress; one that fails does not keep back the others', async () => {
    const tiny = tinyBuilder();
    const images = await test.open(
      { templates: tinyTemplates('bad', 'good') },
      {
        build: async (order) => {
          if (order.template.id === 'bad') throw new HoldfastError('UNAVAILABLE', 'No such package.');
          await tiny(order);
        },
      },
    );
    const events: AheadEvent[] = [];
    const { signal } = new AbortController();
    await pullAhead(images, ['bad', 'good'], ['process'], signal, (event) => events.push(event));
    expect(events).toMatchObject([
      { kind: 'failed', template: 'bad', error: { code: 'UNAVAILABLE' } },
      { kind: 'progress', template: 'good', line: 'packing' },
      { kind: 'ready', template: 'good' },
    ]);
    await images.acquire('good', 'process', patientWaiter());
    expect(tiny.orders).toHaveLength(1);
  });

  it('are made ahead no more once that is ended: nothing is told as failed', async () => {
    const abort = new AbortController();
    const images = await test.open({ templates: tinyTemplates('a', 'b') }, { build: stuckBuilder });
    const events: AheadEvent[] = [];
    await pullAhead(images, ['a', 'b'], ['process'], abort.signal, (event) => {
      events.push(event);
      abort.abort();
    });
    expect(events).toEqual([{ kind: 'progress', template: 'a', line: 'stuck' }]);
  });
});

const sizeOf = (folder: string): Promise<number> =>
  readdir(join(folder, 'images')).then(async (names) => {
    let sum = 0;
    for (const name of names) sum += await bytesOnDisk(join(folder, 'images', name));
    return sum;
  });
