import { pathToFileURL } from 'node:url';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../testing.ts';
import { startWorker } from './client.ts';

describe('AR-1 the database thread', () => {
  const settings = { file: 'test.db', role: 'writer' } as const;

  it('that cannot be started is reported', async () => {
    const missing = new URL('./no-such-worker.ts', import.meta.url);
    await expect(startWorker(missing, settings)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('that dies leaves no request without an answer, then or later', async () => {
    using folder = temporaryFolder();
    const program = join(folder.path, 'dies.mjs');
    writeFileSync(
      program,
      `import { parentPort } from 'node:worker_threads';
       parentPort.postMessage('open');
       parentPort.on('message', () => process.exit(3));`,
    );
    const worker = await startWorker(pathToFileURL(program), settings);
    const unknown = { code: 'STORAGE_UNAVAILABLE', details: { outcome: 'unknown' } };
    const requests = [1, 2, 3].map(() => worker.request('batch', 0, []));
    for (const outcome of await Promise.allSettled(requests)) expect(outcome).toMatchObject({ reason: unknown });
    await expect(worker.request('batch', 0, [])).rejects.toMatchObject({ details: { outcome: 'none' } });
    await worker.close();
  });
});
