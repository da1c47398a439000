import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { bytesOf } from './bytes.ts';
import { openFolder, type TestStore } from './testing.ts';

/** Mounts a small file system; undefined where this machine does not let us. */
function mountSmall(path: string, megabytes: number): Disposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'holdfast-test', path], { stdio: 'ignore' });
  } catch {
    // Not root, or no such right in this container: the caller skips and says so.
    return undefined;
  }
  return { [Symbol.dispose]: () => execFileSync('umount', [path]) };
}

/** Writes versions until one is refused; gives the contents of those that were acknowledged. */
async function fillUp(opened: TestStore, path: string): Promise<Buffer[]> {
  const kept: Buffer[] = [];
  for (;;) {
    const content = randomBytes(700_000);
    const refused = await opened.put(path, content).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused !== undefined) {
      expect(refused).toMatchObject({ code: 'STORAGE_FULL', message: expect.stringContaining('Make room') });
      return kept;
    }
    kept.push(content);
  }
}

async function expectKept({ store }: TestStore, path: string, contents: readonly Buffer[]): Promise<void> {
  expect((await store.log('acme', path)).map(({ n }) => n)).toEqual(contents.map((_, i) => contents.length - i));
  for (const [i, content] of contents.entries()) {
    const bytes = await bytesOf(store.read('acme', await store.version('acme', path, i + 1)));
    expect(bytes.equals(content)).toBe(true);
  }
}

describe('TL-3 a full disk below the shared files', () => {
  const cases = ['chunks', 'chunks and database'];
  it.for(cases)('loses nothing and leaves nothing half written: %s', async (of, context) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
    const small = join(folder, 'small');
    mkdirSync(small);
    const mounted = mountSmall(small, 8);
    if (mounted === undefined) {
      rmSync(folder, { recursive: true });
      return context.skip('mounting a small file system needs root');
    }
    const ballast = join(small, 'ballast');
    writeFileSync(ballast, Buffer.alloc(3 * 1024 * 1024));
    const dataDir = of === 'chunks' ? join(folder, 'data') : small;
    const chunksDir = join(small, 'files', 'chunks');
    let opened = await openFolder(dataDir, { chunksDir });
    const kept = await fillUp(opened, 'report.bin');
    expect(kept.length).toBeGreaterThan(1);
    await expectKept(opened, 'report.bin', kept);

    rmSync(ballast);
    const content = randomBytes(700_000);
    await opened.put('report.bin', content);
    kept.push(content);
    await expectKept(opened, 'report.bin', kept);
    // What the refused write had stored already is given back.
    opened.ahead = 25 * 3_600_000;
    await opened.sweep();
    await opened.close();
    opened = await openFolder(dataDir, { chunksDir });
    await expectKept(opened, 'report.bin', kept);
    await opened.close();
    mounted[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
});
