import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { bytesOf } from './bytes.ts';
import { STORE_FAULT_POINTS } from './fault.ts';
import { openFolder, steadyBytes, type TestStore } from './testing.ts';

const PROGRAM = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

async function contentOf({ store }: TestStore, path: string): Promise<Buffer> {
  return await bytesOf(store.read('acme', await store.version('acme', path)));
}

describe('TL-3 a process killed inside a write', { timeout: 120_000 }, () => {
  it.each(STORE_FAULT_POINTS)('leaves the old content or the new one, and nothing for ever: %s', async (point) => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-files-'));
    const [before, after] = [steadyBytes(300_000, 'old'), steadyBytes(300_000, 'new')];
    let opened = await openFolder(folder);
    await opened.put('file', before);
    await opened.close();

    const child = spawn(process.execPath, [PROGRAM, 'write', folder, point], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    opened = await openFolder(folder);
    const committed = point === 'after-version';
    expect((await contentOf(opened, 'file')).equals(committed ? after : before)).toBe(true);
    expect((await opened.store.log('acme', 'file')).length).toBe(committed ? 2 : 1);
    // What it stored without a version is collected a day later, and only that.
    opened.ahead = 25 * 3_600_000;
    const swept = await opened.sweep();
    expect(swept.orphans > 0).toBe(point === 'after-chunks');
    expect(swept.chunks > 0).toBe(point === 'after-chunk-rows' || point === 'before-version');
    expect((await contentOf(opened, 'file')).equals(committed ? after : before)).toBe(true);
    opened.ahead = 0;
    // The same call again, as a resumed run makes it. The lock of the killed process ends by itself.
    const again = await opened.put('file', after, { base: 1, requestKey: 'run_1:a1' });
    expect(again.n).toBe(2);
    expect((await contentOf(opened, 'file')).equals(after)).toBe(true);
    await opened.close();
    const left = await readdir(join(folder, 'files', 'chunks'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
