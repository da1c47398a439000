import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { startPostgres } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import { openShared } from './testing.ts';

const PROGRAM = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

describe('TL-3 a writer that is stopped beyond the life of its lock', { timeout: 120_000 }, () => {
  it('is refused by the fence when it goes on; the newer content stays', async (context) => {
    const cluster = await startPostgres({ replicas: 0 });
    if (!cluster) return context.skip('PostgreSQL is not installed; run scripts/services.sh');
    const opened = await openShared(cluster.url);
    await opened.put('report.md', 'the beginning');

    const child = spawn(process.execPath, [PROGRAM, 'hold', cluster.url, 'report.md', '1500'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const token = Number((await lines.next()).value);
    child.kill('SIGSTOP');

    // Somebody else gets the lock once its life is over, and writes.
    const lock = await opened.store.lock('acme', 'report.md', { ttlMs: 60_000, waitMs: 60_000 });
    expect(lock.token).toBeGreaterThan(token);
    await opened.put('report.md', 'from the new holder', { fence: lock.token });

    child.kill('SIGCONT');
    child.stdin.write('write now\n');
    const outcome: unknown = JSON.parse(String((await lines.next()).value));
    expect(outcome).toMatchObject({ code: 'CONFLICT', details: { reason: 'lock lost', current: 2 } });
    await once(child, 'exit');
    expect(await opened.text('report.md')).toBe('from the new holder');
    expect((await opened.store.log('acme', 'report.md')).length).toBe(2);
    await opened.put('report.md', 'and again', { fence: lock.token });
    await opened.close();
    await cluster.stop();
  });
});
