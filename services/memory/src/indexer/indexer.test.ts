import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Embedder } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';
import { change } from '@holdfast/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { MemoryChange } from '../records/records.ts';
import { ALICE_SEES, fact } from '../records/testing.ts';
import type { VectorIndex } from '../vectors/vectors.ts';
import { embedderOf, memoryIn, type TestMemory, type TestMemoryOptions } from './testing.ts';

/** How long a poll goes on on a busy machine. */
const PATIENT = { timeout: 30_000 };

describe('ME-2 the indexer', () => {
  let folder = '';
  let memory: TestMemory | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-indexer-'));
  });
  afterEach(async () => {
    await memory?.close();
    memory = undefined;
    await rm(folder, { recursive: true });
  });
  const open = async (options: TestMemoryOptions = {}): Promise<TestMemory> => {
    await memory?.close();
    memory = await memoryIn(folder, options);
    return memory;
  };
  const best = async ({ indexer, records }: TestMemory, query: string) => {
    const found = await indexer.search(ALICE_SEES, query, 1);
    const [record] = await records.bySeq(
      { viewer: ALICE_SEES },
      found.map(({ seq }) => seq),
    );
    return record?.text;
  };
  const add = async ({ records, indexer }: TestMemory, texts: readonly string[]) => {
    const added = await records.add(texts.map((text) => fact(text)));
    indexer.wake();
    return added.map(({ record }) => record);
  };
  const TEXTS = ['penguins swim in cold water', 'the train leaves at nine', '她喜欢喝茶'];

  it('finds what was added, edited, archived and restored, and forgets what all have followed', async () => {
    const opened = await open();
    const [penguins, train] = await add(opened, TEXTS);
    await opened.indexer.settled();
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    expect(await best(opened, '喝茶')).toBe(TEXTS[2]);
    await opened.records.update(ALICE_SEES, train?.id ?? '', 1, { text: 'the ferry waits for nobody' });
    await opened.records.setState(ALICE_SEES, [penguins?.id ?? ''], 'archived');
    await opened.indexer.settled();
    expect(await best(opened, 'ferry waits')).toBe('the ferry waits for nobody');
    expect(await best(opened, 'swimming penguin')).not.toBe(TEXTS[0]);
    await opened.records.setState(ALICE_SEES, [penguins?.id ?? ''], 'active');
    await opened.indexer.settled();
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    expect(await opened.records.changes(0, 10)).toEqual([]);
    expect(await opened.indexer.status()).toMatchObject({
      toEmbed: 0,
      toIndex: 0,
      toLink: 0,
      refused: 0,
      waiting: {},
    });
    expect(await opened.verify()).toMatchObject({ ok: true });
  });

  it('finds everything again after it was opened anew, also with the files of the index gone', async () => {
    await add(await open(), TEXTS);
    await memory?.indexer.settled();
    expect(await best(await open(), 'swimming penguin')).toBe(TEXTS[0]);
    await memory?.close();
    memory = undefined;
    await rm(join(folder, 'vectors'), { recursive: true });
    const opened = await open();
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    expect(await opened.verify()).toMatchObject({ ok: true });
  });

  it('does not write a large index anew for each memory, and loses nothing by it', async () => {
    let flushes = 0;
    let now = 0;
    const wrap = (index: VectorIndex): VectorIndex =>
      new Proxy(index, {
        get(target, name) {
          if (name === 'state') return () => ({ ...target.state(), size: 1_000_000 });
          if (name === 'flush') flushes += 1;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    const opened = await open({ wrap, monotonic: () => now });
    await add(opened, TEXTS);
    await opened.indexer.settled();
    expect(flushes).toBe(0);
    expect(await opened.indexer.status()).toMatchObject({ toEmbed: 0, toIndex: 0 });
    // As a crash now would leave it.
    const killed = `${folder}-killed`;
    await cp(folder, killed, { recursive: true, filter: (path) => !/holdfast\.(lock|pid)/.test(path) });
    try {
      const after = await memoryIn(killed);
      expect(await best(after, 'swimming penguin')).toBe(TEXTS[0]);
      expect(await after.verify()).toMatchObject({ ok: true });
      await after.close();
    } finally {
      await rm(killed, { recursive: true });
    }
    now += 11 * 60_000;
    await opened.indexer.settled();
    expect(flushes).toBe(1);
    await add(opened, ['one more about a lighthouse']);
    await opened.indexer.settled();
    expect(flushes).toBe(1);
    await opened.close();
    memory = undefined;
    expect(flushes).toBe(2);
    expect(await best(await open(), 'lighthouse')).toBe('one more about a lighthouse');
  });

  it('lets the old embedder serve until all memories have vectors of the new one', async () => {
    await add(await open({ dimensions: 64 }), TEXTS);
    await memory?.indexer.settled();
    const gate = Promise.withResolvers<void>();
    const slow = await gated(await embedderOf(128), gate.promise);
    const opened = await open({ embedder: slow });
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    await add(opened, ['new while it is changed']);
    await expect.poll(() => best(opened, 'new while changed'), PATIENT).toBe('new while it is changed');
    const old = (await opened.indexer.status()).serving;
    expect(old).not.toBe(slow.id);
    expect(await opened.indexer.status()).toMatchObject({ next: { embedder: slow.id, toEmbed: 4 } });
    gate.resolve();
    await opened.indexer.settled();
    expect(await opened.indexer.status()).toMatchObject({ serving: slow.id, toEmbed: 0 });
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    expect(await opened.records.countVectors(old)).toBe(0);
    expect(await opened.indexes.list()).toEqual([slow.id]);
    expect(await opened.verify()).toMatchObject({ ok: true });
  });

  it('takes a change of the embedder back in the middle', async () => {
    await add(await open({ dimensions: 64 }), TEXTS);
    await memory?.indexer.settled();
    const slow = await gated(await embedderOf(128), new Promise(() => undefined));
    const between = await open({ embedder: slow });
    await add(between, ['new while it is changed']);
    await expect.poll(() => best(between, 'new while changed'), PATIENT).toBe('new while it is changed');
    const opened = await open({ dimensions: 64 });
    await opened.indexer.settled();
    expect(await best(opened, 'new while changed')).toBe('new while it is changed');
    expect(await opened.indexes.list()).toHaveLength(1);
    expect(await opened.verify()).toMatchObject({ ok: true });
  });

  it('says how far it is where the old embedder cannot be had any more', async () => {
    await add(await open({ dimensions: 64 }), TEXTS);
    await memory?.indexer.settled();
    const gate = Promise.withResolvers<void>();
    const opened = await open({
      embedder: await gated(await embedderOf(128), gate.promise),
      previous: async () => undefined,
    });
    await expect(opened.indexer.search(ALICE_SEES, 'penguin', 1)).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      details: { embedded: 0, waiting: 3 },
    });
    gate.resolve();
    await opened.indexer.settled();
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
  });

  it('waits for an embedder that does not answer, says why, and goes on when it is back', async () => {
    let down = true;
    const lexical = await embedderOf(64);
    const opened = await open({
      embedder: {
        ...lexical,
        async embed(texts, purpose, signal) {
          if (down) throw new HoldfastError('MODEL_UNAVAILABLE', 'The server is away.');
          return await lexical.embed(texts, purpose, signal);
        },
      },
    });
    await add(opened, TEXTS);
    await expect
      .poll(async () => (await opened.indexer.status()).waiting, PATIENT)
      .toEqual({ vectors: 'The server is away.' });
    expect(await opened.indexer.status()).toMatchObject({ toEmbed: 3 });
    down = false;
    await opened.indexer.settled();
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    expect((await opened.indexer.status()).waiting).toEqual({});
  });

  it('is not held up by one text that the embedder refuses', async () => {
    const lexical = await embedderOf(64);
    const opened = await open({
      embedder: {
        ...lexical,
        async embed(texts, purpose, signal) {
          if (texts.some((text) => text.includes('train'))) throw new HoldfastError('MODEL_REJECTED', 'Too long.');
          return await lexical.embed(texts, purpose, signal);
        },
      },
    });
    const [, train] = await add(opened, TEXTS);
    await opened.indexer.settled();
    expect(await best(opened, 'swimming penguin')).toBe(TEXTS[0]);
    expect(await opened.indexer.status()).toMatchObject({ refused: 1, toEmbed: 0 });
    await opened.records.update(ALICE_SEES, train?.id ?? '', 1, { text: 'the ship leaves at nine' });
    await opened.indexer.settled();
    expect(await best(opened, 'ship leaves')).toBe('the ship leaves at nine');
  });

  it('lets others follow from where they were, again where they failed', async () => {
    const seen: MemoryChange[] = [];
    let broken = true;
    const linker = {
      name: 'linker',
      async follow(changes: readonly MemoryChange[]) {
        if (broken) throw new HoldfastError('STORAGE_UNAVAILABLE', 'The graph is away.');
        seen.push(...changes);
      },
    };
    const first = await open({ followers: [linker] });
    const records = await add(first, TEXTS);
    await expect
      .poll(async () => (await first.indexer.status()).waiting, PATIENT)
      .toEqual({ linker: 'The graph is away.' });
    await expect.poll(() => best(first, 'swimming penguin'), PATIENT).toBe(TEXTS[0]);
    broken = false;
    const second = await open({ followers: [linker] });
    await second.indexer.settled();
    expect(seen.map(({ op, seq }) => [op, seq])).toEqual(records.map(({ seq }) => ['put', seq]));
    const third = await open({ followers: [linker] });
    await third.indexer.settled();
    expect(seen).toHaveLength(3);
  });

  it('makes an index anew that lags behind what is forgotten', async () => {
    const first = await open();
    const [penguins] = await add(first, TEXTS);
    await first.indexer.settled();
    await first.close();
    memory = undefined;
    // What another process would have done that did not know of this index.
    const other = await open({ dimensions: 64 });
    await other.indexer.close();
    await other.records.erase('acme', [penguins?.seq ?? 0]);
    await other.records.forgetChanges((await other.records.changeMarks()).last);
    await other.indexes.close();
    await other.database.close();
    memory = undefined;
    const opened = await open();
    await opened.indexer.settled();
    expect(await opened.verify()).toMatchObject({ ok: true });
  });
});

describe('ME-1 verification', () => {
  it('finds what disagrees, says so, and mends it from the records', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-verify-'));
    const opened = await memoryIn(folder);
    const added = await opened.records.add(['one', 'two', 'three', 'four'].map((text) => fact(text)));
    const [one, two, three, four] = added.map(({ record }) => record);
    await opened.indexer.settled();
    expect(await opened.verify()).toMatchObject({ ok: true });
    const { index } = await opened.indexer.serving();
    await opened.database.transact(opened.lexical.remove(one?.seq ?? 0));
    await opened.database.transact(opened.lexical.put({ seq: 999, scope: ALICE_SEES, own: ['ghost'], near: [] }));
    await index.remove('acme', [two?.seq ?? 0]);
    await index.put([{ seq: 998, ...ALICE_SEES, vector: new Float32Array(64).fill(0.125) }]);
    await change(opened.database, 'delete from memory_vector where seq = ?', [three?.seq ?? 0]);
    await change(opened.database, `insert into memory_visit (seq, at) values (997, 1)`, []);
    await change(opened.database, `update memory_record set archived_into = 'nobody' where seq = ?`, [four?.seq ?? 0]);
    const wrong = (await opened.verify()).checks.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(wrong).toEqual([
      'lexical = records',
      'vectors = records',
      'index = vectors',
      'originals = summaries',
      'no orphans',
    ]);
    const repaired = await opened.verify(true);
    expect(repaired.checks.map(({ ok, repaired: mended }) => [ok, mended])).toEqual(wrong.map(() => [true, true]));
    expect(await opened.verify()).toMatchObject({ ok: true });
    await opened.close();
    await rm(folder, { recursive: true });
  });
});

/** An embedder that embeds documents only once the gate is open. */
async function gated(embedder: Embedder, gate: Promise<void>): Promise<Embedder> {
  return {
    ...embedder,
    async embed(texts, purpose, signal) {
      if (purpose === 'document') {
        const canceled = new Promise<never>((_, reject) => {
          const end = () => reject(HoldfastError.from(signal?.reason));
          if (signal?.aborted) end();
          signal?.addEventListener('abort', end);
        });
        await Promise.race([gate, canceled]);
      }
      return await embedder.embed(texts, purpose, signal);
    },
  };
}
