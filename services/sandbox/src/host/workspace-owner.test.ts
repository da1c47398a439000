import { chown, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ownUser, userRange } from './workspace-owner.ts';

describe.skipIf(process.getuid?.() !== 0)('users of workspaces, when the service is root (SB-1)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-owner-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const workspace = async (name: string): Promise<string> => {
    await mkdir(join(folder, name));
    return join(folder, name);
  };

  it('gives away all that is in a new workspace, links themselves and never what they point to', async () => {
    const path = await workspace('a');
    await mkdir(join(path, 'sub'));
    await writeFile(join(path, 'sub/file'), '');
    await writeFile(join(folder, 'outside'), '');
    await symlink(join(folder, 'outside'), join(path, 'sub/link'));
    const owner = await userRange(52_000, 10, () => 0.5).adopt(path);
    expect(owner).toEqual({ uid: 52_005, gid: 52_005 });
    for (const name of ['.', 'sub', 'sub/file', 'sub/link']) {
      expect(await lstat(join(path, name)), name).toMatchObject({ uid: 52_005, gid: 52_005 });
    }
    expect((await lstat(join(folder, 'outside'))).uid).toBe(0);
  });

  it('gives live sandboxes different users, and one workspace the same one for ever', async () => {
    const [a, b] = [await workspace('a'), await workspace('b')];
    const owners = userRange(52_000, 10, () => 0);
    const [first, second, again] = await Promise.all([owners.adopt(a), owners.adopt(b), owners.adopt(a)]);
    expect(first.uid).not.toBe(second.uid);
    expect(again).toEqual(first);
    expect(await userRange(52_000, 10, () => 0.9).adopt(b)).toEqual(second);
  });

  it('says what to do when no user is left, and takes a released one again', async () => {
    const owners = userRange(52_000, 1, () => 0);
    const owner = await owners.adopt(await workspace('a'));
    const b = await workspace('b');
    await expect(owners.adopt(b)).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'UNAVAILABLE') && error.message.includes('uid_count'),
    );
    owners.release(owner);
    expect(await owners.adopt(b)).toEqual(owner);
  });

  it('finishes what a crash left half given', async () => {
    const path = await workspace('a');
    await writeFile(join(path, 'given'), '');
    await writeFile(join(path, 'not yet'), '');
    await chown(join(path, 'given'), 52_003, 52_003);
    const owner = await userRange(52_000, 10, () => 0).adopt(path);
    for (const name of ['.', 'given', 'not yet']) expect((await lstat(join(path, name))).uid).toBe(owner.uid);
  });
});

it('leaves everything to the own user of a service that is not root', async () => {
  expect(await ownUser({ uid: 1000, gid: 100 }).adopt('/anywhere')).toEqual({ uid: 1000, gid: 100 });
});
