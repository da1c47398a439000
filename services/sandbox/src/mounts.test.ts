import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { commonpb, create, type ErrorCode, HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { checkInputs, checkWorkspace } from './mounts.ts';

const other = { uid: 52_000, gid: 52_000 };
const input = (name: string, path: string, at?: string) =>
  create(commonpb.InputSchema, { name, path, ...(at === undefined ? {} : { at }) });

describe('mounts (SB-1)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-mounts-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes a folder of its own as workspace, and a link to one by its real path', async () => {
    await mkdir(join(folder, 'w'));
    await symlink(join(folder, 'w'), join(folder, 'link'));
    expect(await checkWorkspace(join(folder, 'link'))).toBe(join(folder, 'w'));
  });

  it('refuses folders of the system, which it would give away', async () => {
    for (const path of ['/', '/etc', '/etc/ssl', '/usr', '/usr/local', '/tmp', '/var', '/proc', homedir(), '/bin']) {
      expect(await codeOf(checkWorkspace(path)), path).toBe('INVALID_ARGUMENT');
    }
  });

  it('refuses what is no absolute folder, and says what is missing', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(checkWorkspace(''))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(checkWorkspace('relative'))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(checkWorkspace(join(folder, 'file')))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(checkWorkspace(join(folder, 'none')))).toBe('FAILED_PRECONDITION');
    expect(await codeOf(checkWorkspace(`${folder}\0x`))).toBe('INVALID_ARGUMENT');
  });

  it('takes files and folders as inputs, by any name that is a file name', async () => {
    await writeFile(join(folder, 'f'), '', { mode: 0o644 });
    await chmod(folder, 0o755);
    const checked = await checkInputs([input('数据 1.csv', join(folder, 'f')), input('-d', folder)], other);
    expect(checked).toEqual([
      { name: '数据 1.csv', path: join(folder, 'f') },
      { name: '-d', path: folder },
    ]);
  });

  it('refuses names that could leave /input, and two alike', async () => {
    await chmod(folder, 0o755);
    for (const name of ['', '.', '..', 'a/b', '../etc', 'a\0b', 'a\nb', 'x'.repeat(256)]) {
      expect(await codeOf(checkInputs([input(name, folder)], other)), JSON.stringify(name)).toBe('INVALID_ARGUMENT');
    }
    expect(await codeOf(checkInputs([input('a', folder), input('a', folder)], other))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(checkInputs([input('a', 'relative')], other))).toBe('INVALID_ARGUMENT');
  });

  it('lets an input appear at a path of its own, but at none that the sandbox has', async () => {
    await chmod(folder, 0o755);
    expect(await checkInputs([input('a', folder, '/home/anna/server')], other)).toEqual([
      { name: 'a', path: folder, at: '/home/anna/server' },
    ]);
    const own = ['/', '/home', '/tmp', '/usr/local', '/bin', '/etc/ssl', '/proc/1', '/dev', '/sys', '/run/x'];
    const bad = [...own, '/workspace', '/workspace/a', '/input/b', '/home/user/a', '/.holdfast/bin/node'];
    for (const at of [...bad, 'relative', '/a/../usr', '/a/', '//a', '/a\nb']) {
      expect(await codeOf(checkInputs([input('a', folder, at)], other)), at).toBe('INVALID_ARGUMENT');
    }
    for (const [a, b] of [
      ['/srv/a', '/srv/a'],
      ['/srv/a', '/srv/a/b'],
      ['/srv/a/b', '/srv/a'],
    ] as const) {
      expect(await codeOf(checkInputs([input('a', folder, a), input('b', folder, b)], other))).toBe('INVALID_ARGUMENT');
    }
  });

  it('names the path and the reason when an input is missing or cannot be read', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, '', { mode: 0o600 });
    const unreadable = await checkInputs([input('s', secret)], other).catch((error: unknown) => error);
    expect(HoldfastError.has(unreadable, 'FAILED_PRECONDITION') && unreadable.message).toMatch(/secret.*uid 52000/);
    const missing = await checkInputs([input('m', join(folder, 'none'))], other).catch((error: unknown) => error);
    expect(HoldfastError.has(missing, 'FAILED_PRECONDITION') && missing.message).toMatch(/none.*is not there/);
    expect(await codeOf(checkInputs([input('d', '/dev/null')], other))).toBe('FAILED_PRECONDITION');
  });
});

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | 'none'> {
  return promise.then(
    () => 'none',
    (error: unknown) => HoldfastError.from(error).code,
  );
}
