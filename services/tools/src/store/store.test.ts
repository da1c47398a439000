import { startPostgres } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import { describeStore } from './conformance.ts';
import { openEmbedded, openShared, steadyBytes, WRITER } from './testing.ts';

describeStore('SQLite and a folder', async () => {
  const only = await openEmbedded();
  return { stores: [only, only], close: () => only.close() };
});

describeStore('PostgreSQL, from two machines', async () => {
  const cluster = await startPostgres({ replicas: 0 });
  if (!cluster) return 'PostgreSQL is not installed; run scripts/services.sh';
  const [first, second] = [await openShared(cluster.url), await openShared(cluster.url)];
  return {
    stores: [first, second],
    close: async () => {
      await first.close();
      await second.close();
      await cluster.stop();
    },
  };
});

describe('TL-3 a shared file larger than memory should be', () => {
  it('goes in and out piece by piece', async () => {
    const opened = await openEmbedded();
    const piece = steadyBytes(1024 * 1024);
    // 400 MiB of which most is equal, so that the disk is not what is measured.
    const total = 400;
    async function* content() {
      for (let n = 0; n < total; n++) yield piece;
    }
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const { size } = await opened.store.write(WRITER, 'large.bin', content());
    expect(size).toBe(total * piece.length);
    let read = 0;
    for await (const bytes of opened.store.read('acme', await opened.store.version('acme', 'large.bin'))) {
      read += bytes.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(read).toBe(size);
    expect(most).toBeLessThan(size / 2);
    await opened.close();
  });

  it('is refused above the bound, and nothing of it stays', async () => {
    const opened = await openEmbedded({ maxBytes: 100_000 });
    const refused = opened.put('a', Buffer.alloc(100_001));
    await expect(refused).rejects.toMatchObject({ code: 'TOO_LARGE', details: { limit_bytes: 100_000 } });
    await expect(opened.store.version('acme', 'a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await opened.close();
  });
});
