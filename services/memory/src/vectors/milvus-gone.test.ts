import { type MilvusServer, startMilvus } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { settled } from './conformance.ts';
import { milvusVectors } from './milvus.ts';
import { clustered, everybodyOf, testSource } from './testing.ts';

const DIMENSIONS = 8;

describe('ME-2 Milvus gone and back', { timeout: 120_000 }, () => {
  let server: MilvusServer | undefined;
  beforeAll(async () => {
    server = await startMilvus();
  });
  afterAll(() => server?.stop());

  it('says what to do while it is away, and goes on by itself when it is back', async ({ skip }) => {
    if (server === undefined) return skip('milvus-lite is not installed; run scripts/services.sh');
    const vector = clustered(31, DIMENSIONS, 2);
    const entries = Array.from({ length: 20 }, (_, at) => ({
      seq: at + 1,
      tenant: 'acme',
      user: '',
      agent: '',
      vector: vector(),
    }));
    const source = testSource(entries);
    const indexes = milvusVectors({ url: server.url, token: '', database: 'default' });
    const index = await indexes.open('e', DIMENSIONS, source);
    await settled(index);
    await index.flush(20);
    await server.kill();
    for (const use of [() => index.search(everybodyOf('acme'), vector(), 3), () => index.put(entries.slice(0, 1))]) {
      await expect(use()).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
        message: expect.stringContaining('connects again by itself'),
      });
    }
    await server.restart();
    // grpc waits a moment before it tries a server again that refused it.
    await expect
      .poll(() => index.search(everybodyOf('acme'), entries[4]?.vector ?? vector(), 1), { timeout: 30_000 })
      .toMatchObject([{ seq: 5 }]);
    expect(await index.seqs(0, 100)).toHaveLength(20);
    await indexes.close();
  });

  it('can be opened while it is away', async ({ skip }) => {
    if (server === undefined) return skip('milvus-lite is not installed; run scripts/services.sh');
    await server.kill();
    const vector = clustered(32, DIMENSIONS, 2);
    const entries = [{ seq: 1, tenant: 'acme', user: '', agent: '', vector: vector() }];
    const indexes = milvusVectors({ url: server.url, token: '', database: 'default' });
    const index = await indexes.open('later', DIMENSIONS, testSource(entries));
    await expect(index.flush(1)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await server.restart();
    await expect.poll(() => index.seqs(0, 10), { timeout: 30_000 }).toEqual([1]);
    await indexes.close();
  });
});
