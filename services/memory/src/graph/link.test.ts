import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Records } from '../records/records.ts';
import { ADMIN, fact, openTestRecords, SAID, type TestRecords } from '../records/testing.ts';
import type { Graph } from './graph.ts';
import { createLinker } from './link.ts';
import { graphOver } from './testing.ts';

const SIGNAL = new AbortController().signal;

describe('ME-1 the linker, which follows what becomes of memories', () => {
  let memory!: TestRecords;
  let graph!: Graph;

  beforeEach(async () => {
    memory = await openTestRecords();
    graph = await graphOver(memory.database);
  });
  afterEach(async () => await memory.close());

  const follow = async (records: Pick<Records, 'bySeq' | 'get'> = memory.records) =>
    await createLinker({ graph, records }).follow(await memory.records.changes(0, 100), SIGNAL);

  it('ME-1 links what memories say, once, however often it is told', async () => {
    const [one, two] = await memory.records.add([fact('I work at Acme.'), fact('我妹妹小红住在上海。')]);
    await follow();
    await follow();
    const relations = await graph.relations(ADMIN, '', 10);
    expect(relations).toHaveLength(3);
    expect(relations.map(({ memoryIds }) => memoryIds)).toEqual([[one?.record.id], [two?.record.id], [two?.record.id]]);
    expect(relations.every(({ scope, confidence }) => scope.user === 'alice' && confidence === 0.8)).toBe(true);
    expect((await graph.named(ADMIN, ['alice']))[0]).toMatchObject({ degree: 2 });
  });

  it('ME-1 trusts less what was read, and takes nobody for its first person', async () => {
    const provenance = { ...SAID, trust: 'outside' as const };
    await memory.records.add([fact('I live in Rome. Bob works at Acme.', { provenance })]);
    await follow();
    expect(await graph.relations(ADMIN, '', 10)).toMatchObject([{ predicate: 'works at', confidence: 0.3 }]);
  });

  it('ME-2 links nothing of what is quarantined or erased', async () => {
    const [, gone] = await memory.records.add([
      fact('Bob works at Acme.', { state: 'quarantined', quarantineReason: 'test' }),
      fact('Bob lives in Rome.'),
    ]);
    await memory.records.erase('acme', [gone?.record.seq ?? 0]);
    await follow();
    expect(await graph.count('acme')).toEqual({ entities: 0, relations: 0 });
  });

  it('ME-2 takes back what was erased while it was linked', async () => {
    const [one] = await memory.records.add([fact('Bob lives in Rome.')]);
    const { records } = memory;
    await follow({
      bySeq: async (filter, seqs) => {
        const found = await records.bySeq(filter, seqs);
        await records.erase('acme', [one?.record.seq ?? 0]);
        return found;
      },
      get: (viewer, ids) => records.get(viewer, ids),
    });
    expect(await graph.count('acme')).toEqual({ entities: 0, relations: 0 });
  });
});
