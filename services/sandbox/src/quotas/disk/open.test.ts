import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';

import { openMeasured } from './measured.ts';
import { openDiskSpaces } from './open.ts';
import type { DiskSpace, DiskSpaces } from './space.ts';

const OWNER_PROGRAM = fileURLToPath(new URL('testing-owner.ts', import.meta.url));
const MIB = 1024 * 1024;
const SIZE = { bytes: 16 * MIB, inodes: 512 };
const NOBODY = { uid: 65_534, gid: 65_534 };

let baseDir: string;
beforeEach(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
});
afterEach(async () => {
  expect(await mounts(), 'mounts left behind').toEqual([]);
  expect(spawnSync('losetup', ['-a'], { encoding: 'utf8' }).stdout, 'loop devices left behind').not.toContain(baseDir);
  await rm(baseDir, { recursive: true });
});

describe('disk spaces as images (SB-2)', () => {
  it('answers ENOSPC when the bytes are used up, and gives room again for what is deleted', (ctx) =>
    withImage(ctx, async (space) => {
      const file = join(space.path, 'file');
      await expect(writeFile(file, Buffer.alloc(SIZE.bytes + 1))).rejects.toThrow(/ENOSPC/);
      expect(await space.used()).toBeGreaterThan(SIZE.bytes / 2);
      expect(await space.used()).toBeLessThanOrEqual(SIZE.bytes);
      await unlink(file);
      expect(await space.used()).toBeLessThan(MIB);
      await writeFile(file, Buffer.alloc(SIZE.bytes / 2));
    }));

  it('answers ENOSPC when the inodes are used up', (ctx) =>
    withImage(ctx, async (space) => {
      let made = 0;
      const bomb = async (): Promise<void> => {
        for (; made < 10 * SIZE.inodes; made += 1) await writeFile(join(space.path, String(made)), '');
      };
      await expect(bomb()).rejects.toThrow(/ENOSPC/);
      expect(made).toBeLessThanOrEqual(SIZE.inodes);
      expect(made).toBeGreaterThan(SIZE.inodes / 2);
    }));

  it('belongs to its owner alone, is empty, and takes no devices and no set-user-id programs', (ctx) =>
    withImage(ctx, async (space) => {
      expect(await stat(space.path)).toMatchObject({ ...NOBODY, mode: 0o040_700 });
      expect(await readdir(space.path)).toEqual([]);
      expect((await mounts())[0]).toMatch(/ rw,nosuid,nodev,/);
    }));

  it('takes little of the host: what is not used, and what was deleted, is not there', (ctx) =>
    withImage(ctx, async (space) => {
      const onHost = async (): Promise<number> => (await stat(`${space.path}.img`)).blocks * 512;
      expect(await onHost()).toBeLessThan(MIB);
      await writeFile(join(space.path, 'file'), Buffer.alloc(8 * MIB), { flush: true });
      expect(await onHost()).toBeGreaterThan(8 * MIB);
      await unlink(join(space.path, 'file'));
      await promisify(execFile)('sync', ['-f', space.path]);
      expect(await onHost()).toBeLessThan(2 * MIB);
    }));

  it('is released while a process still holds a file in it', (ctx) =>
    withImage(ctx, async (space) => {
      const holder = spawn('sleep', ['1000'], { cwd: space.path, stdio: 'ignore' });
      await once(holder, 'spawn');
      await space.release();
      await space.release();
      expect(await mounts()).toEqual([]);
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }));

  it('has spaces ready, and replaces those that are taken', async (ctx) => {
    const spaces = await openOrSkip(ctx);
    await spaces.prepare(SIZE, 2);
    const ready = await mounts();
    expect(ready).toHaveLength(2);
    const taken = await Promise.all([1, 2, 3].map(() => spaces.open({ ...SIZE, owner: NOBODY })));
    expect(new Set(taken.map(({ path }) => path)).size).toBe(3);
    await spaces.prepare(SIZE, 2);
    expect(await mounts()).toHaveLength(5);
    await spaces.prepare(SIZE, 0);
    expect(await mounts()).toHaveLength(3);
    await spaces.close();
    for (const space of taken) await space.release();
    expect(await readdir(baseDir)).toEqual([]);
  });

  it('leaves nothing of a space that cannot be made', async (ctx) => {
    const spaces = await openOrSkip(ctx);
    const tooSmall = { bytes: 4096, inodes: 16 };
    for (const make of [() => spaces.open({ ...tooSmall, owner: NOBODY }), () => spaces.prepare(tooSmall, 1)]) {
      await expect(make()).rejects.toSatisfy((error) => HoldfastError.has(error, 'UNAVAILABLE'));
    }
    await spaces.reap();
    expect(await readdir(baseDir)).toEqual([]);
  });

  it('reaps what a service had left that was killed (killed-owner)', async (ctx) => {
    const spaces = await openOrSkip(ctx);
    const live = await spaces.open({ ...SIZE, owner: NOBODY });
    const owner = spawn(process.execPath, [OWNER_PROGRAM, baseDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: owner.stdout }), 'line');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await mounts()).toHaveLength(4);

    // Two in use, one ready, and the template.
    expect(await spaces.reap()).toBe(4);
    expect(await mounts()).toHaveLength(1);
    await writeFile(join(live.path, 'file'), 'still there');
    await live.release();
    expect(await readdir(baseDir)).toEqual([]);
  });
});

describe('disk spaces that are measured (SB-2)', () => {
  const owner = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };

  it('is what a service gets that may not mount, and says so', async () => {
    const spaces = await openDiskSpaces({ baseDir, newId: randomUUID, uid: 1000 });
    expect(spaces).toMatchObject({ kind: 'measured', why: 'Only root may mount disk images.' });
  });

  it('measures bytes, and sees too many files as too much', async () => {
    const spaces = openMeasured(baseDir, randomUUID, 'as the test wants it');
    const space = await spaces.open({ bytes: 64 * MIB, inodes: 100, owner });
    expect(await space.used()).toBeLessThan(MIB);
    await writeFile(join(space.path, 'file'), Buffer.alloc(2 * MIB), { flush: true });
    await writeFile(join(space.path, 'sparse'), '');
    await truncate(join(space.path, 'sparse'), 1024 * MIB);
    expect(await space.used()).toBeGreaterThan(2 * MIB);
    expect(await space.used()).toBeLessThan(4 * MIB);
    for (let i = 0; i < 100; i += 1) await writeFile(join(space.path, String(i)), '');
    expect(await space.used()).toBeGreaterThan(64 * MIB);
    await space.release();
    await expect(space.used()).rejects.toSatisfy((error) => HoldfastError.has(error, 'UNAVAILABLE'));
  });

  it('reaps folders that an earlier instance left', async () => {
    const spaces = openMeasured(baseDir, randomUUID, 'as the test wants it');
    const space = await spaces.open({ ...SIZE, owner });
    await mkdir(join(baseDir, 'left', 'deep'), { recursive: true });
    expect(await spaces.reap()).toBe(1);
    expect(await readdir(baseDir)).toEqual([space.path.split('/').at(-1)]);
  });
});

async function openOrSkip(ctx: TestContext): Promise<DiskSpaces> {
  const spaces = await openDiskSpaces({ baseDir, newId: randomUUID, uid: process.getuid?.() ?? -1 });
  return spaces.kind === 'image' ? spaces : ctx.skip(spaces.why);
}

async function withImage(ctx: TestContext, body: (space: DiskSpace) => Promise<void>): Promise<void> {
  const space = await (await openOrSkip(ctx)).open({ ...SIZE, owner: NOBODY });
  try {
    await body(space);
  } finally {
    await space.release();
  }
}

async function mounts(): Promise<string[]> {
  return (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(baseDir));
}
