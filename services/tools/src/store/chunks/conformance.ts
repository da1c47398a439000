import { hash, randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Chunk, ChunkStore } from './chunk-store.ts';

/** What a product is tested with. */
export interface ChunksSubject {
  readonly chunks: ChunkStore;
  /** Makes the stored bytes of a key something else, as a failing disk does. */
  readonly damage: (key: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

function chunkOf(bytes: Uint8Array): Chunk {
  return { key: `${hash('sha256', bytes, 'hex')}.${randomBytes(8).toString('hex')}`, bytes };
}

/** The suite that every product that keeps chunks passes. `open` gives a sentence where it cannot run here. */
export function describeChunks(product: string, open: () => Promise<ChunksSubject | string>): void {
  describe(`TL-3 the contract of chunks in ${product}`, () => {
    let subject: ChunksSubject | undefined;
    let missing = '';
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else subject = opened;
    });
    afterAll(() => subject?.close());
    const test = (title: string, body: (subject: ChunksSubject) => Promise<void>) =>
      it(title, async (context) => {
        if (!subject) return context.skip(missing);
        await body(subject);
      });
    const listed = async (before: number) => {
      const keys: string[] = [];
      for await (const some of subject?.chunks.list(before) ?? []) keys.push(...some);
      return keys;
    };

    test('gives back what was put, in the order that is asked for', async ({ chunks }) => {
      const all = Array.from({ length: 100 }, (_, n) => chunkOf(randomBytes(n * 97)));
      await chunks.put(all);
      const wanted = all.toReversed();
      const got = await chunks.get(wanted.map(({ key }) => key));
      for (const [n, bytes] of got.entries()) expect(Buffer.compare(bytes, wanted[n]?.bytes ?? Buffer.of(1))).toBe(0);
      await chunks.put([]);
      expect(await chunks.get([])).toEqual([]);
    });

    test('keeps equal bytes under several keys apart', async ({ chunks }) => {
      const [a, b] = [chunkOf(Buffer.from('same')), chunkOf(Buffer.from('same'))];
      await chunks.put([a, b]);
      await chunks.remove([a.key]);
      await expect(chunks.get([a.key])).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
      expect(Buffer.from((await chunks.get([b.key]))[0] ?? []).toString()).toBe('same');
      await chunks.remove([a.key]);
    });

    test('says what is missing or damaged, and gives no wrong byte', async ({ chunks, damage }) => {
      const [bad, good] = [chunkOf(randomBytes(5000)), chunkOf(randomBytes(5000))];
      await chunks.put([bad, good]);
      await damage(bad.key);
      await expect(chunks.get([good.key, bad.key])).rejects.toMatchObject({
        code: 'STORAGE_CORRUPT',
        message: expect.stringContaining('not what was stored'),
      });
      await expect(chunks.get([chunkOf(Buffer.from('never')).key])).rejects.toMatchObject({
        message: expect.stringContaining('missing'),
      });
      expect((await chunks.get([good.key])).length).toBe(1);
    });

    test('lists what was put before a moment', async ({ chunks }) => {
      const mine = [chunkOf(randomBytes(10)), chunkOf(randomBytes(10))];
      await chunks.put(mine);
      expect(await listed(Date.now() - 3_600_000)).toEqual([]);
      const later = await listed(Date.now() + 3_600_000);
      expect(later).toEqual(expect.arrayContaining(mine.map(({ key }) => key)));
      expect(new Set(later).size).toBe(later.length);
    });
  });
}
