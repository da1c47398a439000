import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { silentLogger } from '@holdfast/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { memoryIn, type TestMemory } from '../indexer/testing.ts';
import { ALICE, ALICE_SEES, fact, TEST_NOW, turn } from '../records/testing.ts';
import { hashOf } from './certificate.ts';
import { createEraser, type Eraser } from './eraser.ts';
import { ERASURE_SCHEMA } from './schema.ts';
import type { ErasableStore, Erasing } from './store.ts';
import { filesStore, indexStore, lexicalStore, recordsStore, vectorsStore } from './stores.ts';

describe('ME-3 erasure', () => {
  let folder = '';
  let memory!: TestMemory;
  let eraser!: Eraser;
  let seen: Erasing[] = [];
  let down = false;
  /** A store of somebody else's, such as a graph on another machine. */
  const remote: ErasableStore = {
    store: 'remote',
    product: 'test',
    async erase(erasing) {
      if (down) throw new HoldfastError('STORAGE_UNAVAILABLE', 'The store is away.');
      seen.push(erasing);
      return erasing.targets.length;
    },
    left: async () => 0,
  };
  beforeEach(async () => {
    [seen, down] = [[], false];
    folder = await mkdtemp(join(tmpdir(), 'holdfast-erase-'));
    memory = await memoryIn(folder);
    const { database, records, lexical, indexer } = memory;
    await database.migrate(ERASURE_SCHEMA);
    let ids = 0;
    eraser = createEraser({
      database,
      records,
      stores: [
        lexicalStore(database, lexical),
        vectorsStore(database),
        recordsStore(database, records),
        indexStore('embedded', async () => [(await indexer.serving()).index]),
        remote,
        filesStore(database, lexical, ['memory_record']),
      ],
      now: () => TEST_NOW,
      newId: () => `cert_${++ids}`,
      logger: silentLogger(),
    });
  });
  afterEach(async () => {
    await eraser.close();
    await memory.close();
    await rm(folder, { recursive: true });
  });
  const asked = { viewer: ALICE_SEES, subject: 'alice', reason: 'a wish' };

  it('leaves no word of a user in any file, and certifies what went', async () => {
    const { records, indexer } = memory;
    // Edited, archived and moved about, so that older forms lie in free pages and in the log.
    const texts = Array.from(
      { length: 300 },
      (_, n) => `xylophone${n} rehearsal at Quetzalcoatl hall ${'x '.repeat(n)}`,
    );
    const added = await records.add(texts.map((text, n) => fact(text, { id: `a${n}` })));
    await records.add([turn('zanzibar spices', 0), turn('between', 1, { scope: { ...ALICE, user: '' } })]);
    await records.add([fact('marmalade stays', { scope: { ...ALICE, user: 'bob' }, id: 'bobs' })]);
    await records.update(ALICE_SEES, 'a1', 1, { text: 'vermilion paint' });
    await records.setState(ALICE_SEES, ['a2', 'a3'], 'archived');
    await records.visit([{ seq: added[0]?.record.seq ?? 0, at: TEST_NOW, strengthDays: 8 }]);
    await indexer.settled();

    const certificate = await eraser.erase({ ...asked, what: { kind: 'user', name: 'alice' } });
    expect(certificate).toMatchObject({
      what: 'user:alice',
      memories: 301,
      pending: [],
      subject: 'alice',
      at: TEST_NOW,
    });
    expect(certificate.stores.map(({ store, removed, left }) => [store, removed, left])).toEqual([
      ['lexical', 299, 0],
      ['vectors', 299, 0],
      ['records', 301, 0],
      ['index', 299, 0],
      ['remote', 301, 0],
      ['files', 0, 0],
    ]);
    expect(seen[0]?.targets).toHaveLength(301);
    expect(await eraser.certificates('acme')).toEqual([certificate]);
    expect(await eraser.certificates('acme', 'other')).toEqual([]);
    expect(await eraser.certificates('other')).toEqual([]);
    await indexer.settled();
    for (const word of ['xylophone', 'uetzalcoatl', 'zanzibar', 'spice', 'vermilion', 'rehears']) {
      expect(await filesWith(folder, word), word).toEqual([]);
    }
    expect(await filesWith(folder, 'marmalade')).toContain('holdfast.db');
    expect(await memory.verify()).toMatchObject({ ok: true });
  });

  it('takes what a memory was made from and what speaks of it, and gives back what else was summed up', async () => {
    const { records } = memory;
    const [a, b, c] = (await records.add([fact('rain on monday'), fact('rain on sunday'), fact('hail')])).map(
      ({ record }) => record,
    );
    if (!a || !b || !c) throw new Error('nothing was added');
    const wet = await records.replace([a, b], fact('a wet week', { kind: 'summary' }));
    const all = await records.replace([wet, c], fact('a bad week', { kind: 'summary' }));
    const certificate = await eraser.erase({ ...asked, what: { kind: 'ids', ids: [a.id] } });
    expect(certificate).toMatchObject({ what: 'ids:1', memories: 3, sha256: hashOf([all.id, a.id, wet.id]) });
    const left = await records.get(ALICE_SEES, [a.id, b.id, c.id, wet.id, all.id]);
    expect(left.map(({ text, state, archivedInto }) => [text, state, archivedInto])).toEqual([
      ['rain on sunday', 'active', ''],
      ['hail', 'active', ''],
    ]);
    const again = await records.replace(
      [b, c].map((one) => left.find(({ id }) => id === one.id) ?? one),
      fact('wet'),
    );
    expect((await eraser.erase({ ...asked, what: { kind: 'ids', ids: [again.id] } })).memories).toBe(3);
    expect(await memory.verify()).toMatchObject({ ok: true });
  });

  it('erases a run, a document and a group, and nothing that the viewer does not see', async () => {
    const { records } = memory;
    const theirs = { ...fact('theirs').provenance, runId: 'run_1', documentId: 'doc' };
    await records.add([
      fact('mine', { provenance: theirs }),
      fact('bobs', { provenance: theirs, scope: { ...ALICE, user: 'bob' } }),
      turn('hello', 0),
    ]);
    expect((await eraser.erase({ ...asked, what: { kind: 'run', name: 'run_2' } })).memories).toBe(0);
    expect((await eraser.erase({ ...asked, what: { kind: 'group', name: '' } })).memories).toBe(0);
    expect((await eraser.erase({ ...asked, what: { kind: 'run', name: 'run_1' } })).memories).toBe(1);
    expect((await eraser.erase({ ...asked, what: { kind: 'group', name: 'talk' } })).memories).toBe(1);
    const everybody = { ...ALICE_SEES, everybody: true };
    expect(await records.count({ viewer: everybody })).toBe(1);
    const admin = { ...asked, viewer: everybody };
    expect((await eraser.erase({ ...admin, what: { kind: 'document', name: 'doc' } })).memories).toBe(1);
  });

  it('waits for a store that is away, and completes the certificate when it is back', async () => {
    await memory.records.add([fact('gone soon', { id: 'x' })]);
    down = true;
    const first = await eraser.erase({ ...asked, what: { kind: 'ids', ids: ['x'] } });
    expect(first.pending).toEqual([{ source: 'remote', reason: 'The store is away.' }]);
    expect(await memory.records.get(ALICE_SEES, ['x'])).toEqual([]);
    expect(await eraser.resume()).toMatchObject([{ pending: [{ source: 'remote' }] }]);
    down = false;
    const [second] = await eraser.resume();
    expect(second).toMatchObject({ id: first.id, sha256: first.sha256, memories: 1, pending: [] });
    expect(seen.map(({ targets }) => targets.map(({ id }) => id))).toEqual([['x']]);
    expect(await eraser.resume()).toEqual([]);
    expect(await eraser.certificates('acme', first.id)).toEqual([second]);
  });
});

/** Files below a folder with these bytes in them. */
async function filesWith(folder: string, word: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const bytes = await readFile(join(entry.parentPath, entry.name));
        return bytes.includes(Buffer.from(word)) ? [entry.name] : [];
      }),
  );
  return found.flat();
}
