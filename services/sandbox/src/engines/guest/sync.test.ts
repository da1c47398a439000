import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { bareAgent, type BareAgent } from './testing-agent.ts';
import { pullTree, pushTree } from './sync.ts';
import { encodeEntry, TREE_END, type TreeEntry } from './tree-stream.ts';

const BOUNDS = { bytes: 64 * 1024 * 1024, entries: 1000 };

describe.skipIf(process.platform !== 'linux')('trees of files between host and guest, on Linux', () => {
  let folder: string;
  let host: string;
  let inside: string;
  let bare: BareAgent | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-sync-'));
    [host, inside] = [join(folder, 'host'), join(folder, 'inside')];
    await mkdir(host);
    await mkdir(inside);
  });
  afterEach(async () => {
    await bare?.close();
    await rm(folder, { recursive: true });
  });

  const agent = async (program?: string): Promise<BareAgent['agent']> => {
    bare = await bareAgent(program);
    return bare.agent;
  };
  const there = (): { folder: string; user: 'user' } => ({ folder: inside, user: 'user' });

  async function fill(root: string): Promise<void> {
    await mkdir(join(root, 'a/b'), { recursive: true });
    await writeFile(join(root, 'a/b/磐石'), Buffer.alloc(3_000_000, 'x'));
    await writeFile(join(root, 'a/run'), '#!/bin/sh\n');
    await chmod(join(root, 'a/run'), 0o755);
    await writeFile(join(root, 'empty'), '');
    await symlink('../outside', join(root, 'link'));
    await link(join(root, 'a/run'), join(root, 'again'));
  }

  async function expectFilled(root: string): Promise<void> {
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(
      ['a', 'a/b', 'a/b/磐石', 'a/run', 'again', 'empty', 'link'].toSorted(),
    );
    expect(Buffer.alloc(3_000_000, 'x').equals(await readFile(join(root, 'a/b/磐石')))).toBe(true);
    expect((await stat(join(root, 'a/run'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(root, 'empty'))).size).toBe(0);
    expect(await readlink(join(root, 'link'))).toBe('../outside');
  }

  it('copies a tree into a guest, and replaces what stands there', async () => {
    await fill(host);
    await writeFile(join(inside, 'empty'), 'older');
    await pushTree(await agent(), host, there());
    await expectFilled(inside);
  });

  it('copies a tree out of a guest, and removes what the guest has removed', async () => {
    await fill(inside);
    await writeFile(join(host, 'gone'), '');
    await pullTree(await agent(), there(), host, { bounds: BOUNDS });
    await expectFilled(host);
    expect((await readdir(folder)).toSorted()).toEqual(['host', 'inside']);
  });

  it('gives what it copied out to the owner of the workspace', async (ctx) => {
    if (process.getuid?.() !== 0) return ctx.skip('only root can give files away');
    await fill(inside);
    await pullTree(await agent(), there(), host, { bounds: BOUNDS, owner: { uid: 61_000, gid: 61_001 } });
    expect(await stat(join(host, 'a/b/磐石'))).toMatchObject({ uid: 61_000, gid: 61_001 });
    expect(await stat(join(host, 'a/b'))).toMatchObject({ uid: 61_000, gid: 61_001 });
  });

  it('refuses more bytes, or entries, than may be copied, and changes nothing', async () => {
    await fill(inside);
    await writeFile(join(host, 'kept'), 'kept');
    const own = await agent();
    for (const bounds of [
      { bytes: 2_000_000, entries: 100 },
      { bytes: 1e9, entries: 3 },
    ]) {
      await expect(pullTree(own, there(), host, { bounds })).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'TOO_LARGE'),
      );
    }
    expect(await readdir(host)).toEqual(['kept']);
    expect((await readdir(folder)).toSorted()).toEqual(['host', 'inside']);
  });

  it('refuses a file of a terabyte without holes being filled', async () => {
    const file = await open(join(inside, 'sparse'), 'w');
    await file.truncate(2 ** 40);
    await file.close();
    await expect(pullTree(await agent(), there(), host, { bounds: BOUNDS })).rejects.toSatisfy((error) =>
      HoldfastError.has(error, 'TOO_LARGE'),
    );
  });

  describe('hostile trees', () => {
    const entry = (kind: TreeEntry['kind'], path: string, content = ''): Buffer =>
      Buffer.concat([
        encodeEntry({ kind, path, mode: 0o644, modified: 0, size: Buffer.byteLength(content) }),
        Buffer.from(content),
      ]);
    const cases: Record<string, readonly Buffer[]> = {
      'a path upwards': [entry('file', '../out', 'x'), TREE_END],
      'a path upwards in the middle': [entry('folder', 'a'), entry('file', 'a/../../out', 'x'), TREE_END],
      'an absolute path': [entry('file', '/out', 'x'), TREE_END],
      'a file through a link': [entry('link', 'a', '..'), entry('file', 'a/out', 'x'), TREE_END],
      'a link in the place of a folder': [
        entry('folder', 'a'),
        entry('link', 'a', '..'),
        entry('file', 'a/out', 'x'),
        TREE_END,
      ],
      'a file in the place of a link': [entry('link', 'a', '../out'), entry('file', 'a', 'x'), TREE_END],
      'a folder in no folder': [entry('folder', 'a/b'), TREE_END],
      'the folder itself': [entry('folder', '.'), TREE_END],
      'an empty path': [entry('file', '', 'x'), TREE_END],
      'a path with a NUL': [entry('file', 'a\0b', 'x'), TREE_END],
      'a device': [Buffer.concat([Buffer.from([9]), entry('file', 'a').subarray(1)]), TREE_END],
      'a size beyond all numbers': [
        Buffer.concat([entry('file', 'a').subarray(0, 15), Buffer.alloc(8, 0xff), Buffer.from('a')]),
      ],
      'a stream that is cut off': [entry('file', 'a', 'whole').subarray(0, -1)],
      'a stream without its end': [entry('file', 'a', 'whole')],
      'a stream that goes on': [TREE_END, entry('file', 'a', 'x')],
      nothing: [],
    };
    it.each(Object.entries(cases))('refuses %s and changes nothing', async (_name, pieces) => {
      const program = join(folder, 'program');
      await writeFile(join(folder, 'said'), Buffer.concat(pieces));
      await writeFile(program, `#!/bin/sh\nexec cat '${join(folder, 'said')}'\n`, { mode: 0o755 });
      await writeFile(join(host, 'kept'), 'kept');
      await expect(pullTree(await agent(program), there(), host, { bounds: BOUNDS })).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'UNAVAILABLE'),
      );
      expect(await readdir(host)).toEqual(['kept']);
      expect((await readdir(folder)).toSorted()).toEqual(['host', 'inside', 'program', 'said']);
    });

    it('keeps a link that leads outside as a link, and does not follow it later', async () => {
      await writeFile(join(folder, 'secret'), 'secret');
      await symlink('../secret', join(inside, 'secret'));
      const own = await agent();
      await pullTree(own, there(), host, { bounds: BOUNDS });
      await rm(join(inside, 'secret'));
      await writeFile(join(inside, 'secret'), 'overwritten?');
      await pullTree(own, there(), host, { bounds: BOUNDS });
      expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
      expect(await readFile(join(host, 'secret'), 'utf8')).toBe('overwritten?');
    });
  });
});
