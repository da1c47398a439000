import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Viewer } from '../record.ts';
import type { Entity, Graph } from './graph.ts';
import { ADMIN, drafted, EVERYONE } from './testing.ts';

/** What a product is tested with: two users of one graph, as two processes are. */
export interface GraphSubject {
  readonly first: Graph;
  readonly second: Graph;
  close(): Promise<void>;
}

const ALICE = { tenant: 'acme', user: 'alice', agent: '' };
const BOB = { tenant: 'acme', user: 'bob', agent: '' };
const ALICE_SEES: Viewer = { ...ALICE, everybody: false };
const BOB_SEES: Viewer = { ...BOB, everybody: false };
const OTHERS: Viewer = { tenant: 'globex', user: '', agent: '', everybody: true };
const AROUND = { depth: 1, at: 0, limit: 100 };

/** The suite that the graph passes on every product; a string says why it cannot run here. */
export function describeGraph(product: string, open: () => Promise<GraphSubject | string>): void {
  describe(`ME-1 the graph on ${product}`, { timeout: 60_000 }, () => {
    let subject: GraphSubject | undefined;
    let missing = '';
    let graph!: Graph;

    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else subject = opened;
    }, 180_000);
    afterAll(async () => await subject?.close());
    beforeEach(async (context) => {
      if (!subject) {
        console.warn(`skipped: ${missing}`);
        context.skip();
        return;
      }
      graph = subject.first;
      for (const viewer of [ADMIN, OTHERS]) await empty(graph, viewer);
    });

    const ids = async (viewer: Viewer, ...keys: string[]) => (await graph.named(viewer, keys)).map(({ id }) => id);
    const names = (entities: readonly Entity[]) => entities.map(({ name }) => name).toSorted();

    it('ME-1 is empty at first', async () => {
      expect(await graph.count('acme')).toEqual({ entities: 0, relations: 0 });
      expect(await graph.entities(ADMIN, { query: '', type: '', limit: 10 })).toEqual([]);
      expect(await graph.named(ADMIN, [])).toEqual([]);
      expect(await graph.byId('acme', [])).toEqual([]);
      expect(await graph.neighbourhood(ADMIN, [], AROUND)).toEqual({ entities: [], relations: [], truncated: false });
      expect((await graph.path(ADMIN, 'nobody', 'nothing', 4)).entities).toEqual([]);
      expect(await graph.relations(ADMIN, '', 10)).toEqual([]);
      expect(await graph.eraseMemories('acme', [])).toEqual({ relations: 0, entities: 0 });
    });

    it('ME-1 takes other spellings of a name for the same entity, in both languages', async () => {
      await graph.relate(drafted('Alice Smith', 'works at', 'Acme'));
      await graph.relate(drafted('ＡＬＩＣＥ　smith', 'knows', '張小紅'));
      await graph.relate(drafted('张小红', 'knows', 'ACME'));
      expect(await graph.count('acme')).toEqual({ entities: 3, relations: 3 });
      const [alice] = await graph.named(ADMIN, ['alice smith']);
      expect(alice).toMatchObject({ name: 'Alice Smith', degree: 2, aliases: [] });
    });

    it('ME-1 adds the memories of what is said again, and keeps the greater confidence', async () => {
      const first = await graph.relate(drafted('A', 'Likes', 'B', { memoryIds: ['m1'], confidence: 0.4 }));
      const again = await graph.relate(drafted('a', ' likes ', 'b', { memoryIds: ['m2', 'm1'], confidence: 0.9 }));
      const less = await graph.relate(drafted('a', 'likes', 'b', { confidence: 0.1 }));
      expect(again.relation.id).toBe(first.relation.id);
      expect(less.relation).toMatchObject({ predicate: 'likes', memoryIds: ['m1', 'm2'], confidence: 0.9 });
      expect(await graph.count('acme')).toEqual({ entities: 2, relations: 1 });
    });

    it('ME-1 learns a type where there was none, and keeps the first', async () => {
      await graph.relate(drafted('A', 'likes', 'B'));
      for (const type of ['Person', 'place']) {
        await graph.relate(drafted('A', 'likes', 'B', { subject: { name: 'A', type } }));
      }
      expect(await graph.entities(ADMIN, { query: '', type: 'PERSON', limit: 10 })).toMatchObject([{ name: 'A' }]);
      expect(await graph.entities(ADMIN, { query: '', type: 'place', limit: 10 })).toEqual([]);
    });

    it('ME-1 finds entities by a part of a name, those with most relations first', async () => {
      for (const object of ['X', 'Y', 'Z']) await graph.relate(drafted('Anna Berg', 'likes', object));
      await graph.relate(drafted('Joanna', 'likes', 'X'));
      const found = await graph.entities(ADMIN, { query: 'ANNA', type: '', limit: 10 });
      expect(found.map(({ name }) => name)).toEqual(['Anna Berg', 'Joanna']);
      expect(await graph.entities(ADMIN, { query: 'anna', type: '', limit: 1 })).toHaveLength(1);
    });

    it('ME-1 knows an entity by its aliases, and leaves those alone that are another’s', async () => {
      const { subject: bob, object: carol } = await graph.relate(drafted('Robert', 'knows', 'Carol'));
      await graph.alias('acme', bob.id, ['Bob', '老王', 'carol', 'robert']);
      expect(await ids(ADMIN, 'bob', '老王', 'carol')).toEqual([bob.id, carol.id]);
      expect((await graph.byId('acme', [bob.id]))[0]?.aliases.toSorted()).toEqual(['Bob', '老王']);
      expect((await graph.relate(drafted('BOB', 'likes', 'tea'))).subject.id).toBe(bob.id);
      await expect(graph.alias('acme', 'ent_none', ['x'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(graph.alias('globex', bob.id, ['x'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(graph.relate(drafted('Bob', 'is', 'Robert'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('ME-1 shows what held at a time', async () => {
      const { subject: alice } = await graph.relate(drafted('Alice', 'lives in', 'Rome', { validUntil: 2000 }));
      await graph.relate(drafted('Alice', 'lives in', 'Oslo', { validFrom: 2000 }));
      await graph.relate(drafted('Alice', 'knows', 'Bob'));
      const at = async (time: number) =>
        names((await graph.neighbourhood(ADMIN, [alice.id], { ...AROUND, at: time })).entities);
      expect(await at(1999)).toEqual(['Alice', 'Bob', 'Rome']);
      expect(await at(2000)).toEqual(['Alice', 'Bob', 'Oslo']);
      expect(await at(0)).toEqual(['Alice', 'Bob', 'Oslo', 'Rome']);
    });

    it('ME-1 keeps both sides of a contradiction, linked both ways', async () => {
      const rome = await graph.relate(drafted('Alice', 'lives in', 'Rome', { exclusive: true, memoryIds: ['m1'] }));
      const oslo = await graph.relate(
        drafted('Alice', 'lives in', 'Oslo', { exclusive: true, memoryIds: ['m2'], validFrom: 5000 }),
      );
      expect(oslo.contradicts).toMatchObject([{ id: rome.relation.id, memoryIds: ['m1'], validUntil: 0 }]);
      expect(oslo.relation.contradicts).toEqual([rome.relation.id]);
      const all = await graph.relations(ADMIN, '', 10);
      expect(all.find(({ id }) => id === rome.relation.id)?.contradicts).toEqual([oslo.relation.id]);
      await graph.eraseMemories('acme', ['m1']);
      expect(await graph.relations(ADMIN, '', 10)).toMatchObject([{ id: oslo.relation.id, contradicts: [] }]);
    });

    it('ME-1 sees no contradiction where times do not overlap or several objects are meant', async () => {
      await graph.relate(drafted('Alice', 'lives in', 'Rome', { exclusive: true, validUntil: 2000 }));
      const later = await graph.relate(drafted('Alice', 'lives in', 'Oslo', { exclusive: true, validFrom: 2000 }));
      await graph.relate(drafted('Alice', 'likes', 'tea'));
      const also = await graph.relate(drafted('Alice', 'likes', 'coffee'));
      expect([...later.contradicts, ...also.contradicts]).toEqual([]);
    });

    it('ME-1 keeps tenants, users and agents apart, also on the way through others’ relations', async () => {
      await graph.relate(drafted('Start', 'knows', 'Middle', { scope: ALICE }));
      await graph.relate(drafted('Middle', 'knows', 'End', { scope: BOB }));
      await graph.relate(drafted('Start', 'knows', 'Robot', { scope: { tenant: 'acme', user: '', agent: 'agent_1' } }));
      await graph.relate(drafted('Start', 'knows', 'Stranger', { scope: { ...EVERYONE, tenant: 'globex' } }));
      const [start, middle, end] = await ids(ADMIN, 'start', 'middle', 'end');
      if (!start || !middle || !end) throw new Error('not there');
      const around = async (viewer: Viewer) =>
        names((await graph.neighbourhood(viewer, [start], { ...AROUND, depth: 3 })).entities);
      expect(await around(ADMIN)).toEqual(['End', 'Middle', 'Robot', 'Start']);
      expect(await around(ALICE_SEES)).toEqual(['Middle', 'Start']);
      expect(await around({ ...ALICE_SEES, agent: 'agent_1' })).toEqual(['Middle', 'Robot', 'Start']);
      expect(await around(BOB_SEES)).toEqual([]);
      expect(await around(OTHERS)).toEqual([]);
      expect((await graph.path(ADMIN, start, end, 4)).relations).toHaveLength(2);
      expect((await graph.path(ALICE_SEES, start, end, 4)).entities).toEqual([]);
      expect(names(await graph.named(BOB_SEES, ['start', 'middle', 'end']))).toEqual(['End', 'Middle']);
      expect(names(await graph.entities(BOB_SEES, { query: '', type: '', limit: 10 }))).toEqual(['End', 'Middle']);
      expect(await graph.named(ALICE_SEES, ['middle'])).toMatchObject([{ degree: 1 }]);
      expect(await graph.relations(BOB_SEES, '', 10)).toHaveLength(1);
      expect(await graph.byId('globex', [start])).toEqual([]);
    });

    it('ME-1 does not name to a viewer what contradicts in another’s memory', async () => {
      const common = await graph.relate(drafted('Office', 'is in', 'Rome', { exclusive: true }));
      const hers = await graph.relate(drafted('Office', 'is in', 'Oslo', { exclusive: true, scope: ALICE }));
      const his = await graph.relate(drafted('Office', 'is in', 'Bonn', { exclusive: true, scope: BOB }));
      expect(hers.contradicts.map(({ id }) => id)).toEqual([common.relation.id]);
      expect(his.contradicts.map(({ id }) => id)).toEqual([common.relation.id]);
      const [seen] = (await graph.relations(BOB_SEES, '', 10)).filter(({ id }) => id === common.relation.id);
      expect(seen?.contradicts).toEqual([his.relation.id]);
    });

    it('ME-1 finds a shortest way, and none that is too long', async () => {
      for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ax', 'xd'].map(([a = '', b = '']) => [a, b] as const)) {
        await graph.relate(drafted(from, 'knows', to));
      }
      const [a, e, lonely] = await ids(ADMIN, 'a', 'e', 'lonely');
      if (!a || !e) throw new Error('not there');
      const path = await graph.path(ADMIN, a, e, 6);
      expect(path.entities.map(({ name }) => name)).toEqual(['a', 'x', 'd', 'e']);
      expect(path.relations).toHaveLength(3);
      const back = await graph.path(ADMIN, e, a, 6);
      expect(back.entities.map(({ name }) => name)).toEqual(['e', 'd', 'x', 'a']);
      expect((await graph.path(ADMIN, a, e, 2)).entities).toEqual([]);
      expect((await graph.path(ADMIN, a, a, 2)).entities).toMatchObject([{ name: 'a' }]);
      expect(lonely).toBeUndefined();
    });

    it('ME-1 merges two entities: no loops, no doubles, both names', async () => {
      const { subject: bob } = await graph.relate(drafted('Bob', 'works at', 'Acme', { memoryIds: ['m1'] }));
      const second = await graph.relate(
        drafted('Robert', 'works at', 'Acme', {
          memoryIds: ['m2'],
          confidence: 0.95,
          subject: { name: 'Robert', type: 'person' },
        }),
      );
      await graph.relate(drafted('Robert', 'is called', 'Bob'));
      await graph.relate(drafted('Carol', 'knows', 'Robert'));
      await graph.relate(drafted('Carol', 'knows', 'Bob', { memoryIds: ['m3'] }));
      const merged = await graph.merge('acme', bob.id, second.subject.id);
      expect(merged).toMatchObject({ id: bob.id, name: 'Bob', aliases: ['Robert'], type: 'person', degree: 2 });
      const relations = await graph.relations(ADMIN, '', 10);
      expect(relations.map(({ memoryIds }) => memoryIds.join(' ')).toSorted()).toEqual(['m1 m2', 'm3']);
      expect(relations.find(({ predicate }) => predicate === 'works at')?.confidence).toBe(0.95);
      expect(await graph.count('acme')).toEqual({ entities: 3, relations: 2 });
      expect(await ids(ADMIN, 'robert')).toEqual([bob.id]);
      await expect(graph.merge('acme', bob.id, second.subject.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(graph.merge('acme', 'ent_none', bob.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await graph.merge('acme', bob.id, bob.id)).toMatchObject({ id: bob.id });
      expect(await graph.count('acme')).toEqual({ entities: 3, relations: 2 });
    });

    it('ME-1 keeps an entity whose only relation was with the one that became it', async () => {
      const made = await graph.relate(drafted('Bob', 'is called', 'Bobby'));
      expect(await graph.merge('acme', made.subject.id, made.object.id)).toMatchObject({
        aliases: ['Bobby'],
        degree: 0,
      });
      expect(await graph.count('acme')).toEqual({ entities: 1, relations: 0 });
    });

    it('ME-1 settles a contradiction whose sides turn out to be one entity', async () => {
      const york = await graph.relate(drafted('Al', 'lives in', 'New York', { exclusive: true, memoryIds: ['m1'] }));
      const nyc = await graph.relate(drafted('Al', 'lives in', 'NYC', { exclusive: true, memoryIds: ['m2'] }));
      expect(nyc.contradicts).toHaveLength(1);
      await graph.merge('acme', york.object.id, nyc.object.id);
      expect(await graph.relations(ADMIN, '', 10)).toMatchObject([{ memoryIds: ['m1', 'm2'], contradicts: [] }]);
    });

    it('ME-1 makes one entity of a name that two say at once', async () => {
      const graphs = [graph, subject?.second ?? graph];
      for (let round = 0; round < 5; round += 1) {
        await Promise.all(
          Array.from(
            { length: 10 },
            async (_, n) =>
              await graphs[n % 2]?.relate(
                n % 4 < 2
                  ? drafted(`left ${round}`, 'knows', `right ${round}`, { memoryIds: [`m${n}`] })
                  : drafted(`right ${round}`, 'likes', `left ${round}`, { memoryIds: [`m${n}`] }),
              ),
          ),
        );
      }
      expect(await graph.count('acme')).toEqual({ entities: 10, relations: 10 });
      const memories = (await graph.relations(ADMIN, '', 100)).reduce(
        (sum, { memoryIds }) => sum + memoryIds.length,
        0,
      );
      expect(memories).toBe(50);
    });

    it('ME-1 leaves nothing hanging where one erases what another says', async () => {
      const other = subject?.second ?? graph;
      for (let n = 0; n < 20; n += 1) {
        await graph.relate(drafted(`Alice ${n}`, 'likes', 'tea', { memoryIds: [`old${n}`] }));
        await Promise.all([
          graph.eraseMemories('acme', [`old${n}`]),
          other.relate(drafted(`Alice ${n}`, 'knows', `Bob ${n}`, { memoryIds: [`new${n}`] })),
        ]);
      }
      const relations = await graph.relations(ADMIN, '', 100);
      expect(relations).toHaveLength(20);
      const wanted = [...new Set(relations.flatMap(({ subject: from, object }) => [from, object]))];
      expect(await graph.byId('acme', wanted)).toHaveLength(40);
      expect(await graph.count('acme')).toEqual({ entities: 40, relations: 20 });
      expect(await ids(ADMIN, 'tea')).toEqual([]);
    });

    it('ME-1 erases what rests on no other memory, and nothing else', async () => {
      await graph.relate(drafted('A', 'likes', 'B', { memoryIds: ['m1', 'm2'] }));
      await graph.relate(drafted('A', 'likes', 'C', { memoryIds: ['m1'] }));
      await graph.relate(drafted('D', 'likes', 'E'));
      await graph.relate(drafted('A', 'likes', 'F', { memoryIds: ['m1'], scope: { ...EVERYONE, tenant: 'globex' } }));
      expect(await graph.eraseMemories('acme', ['m1', 'none'])).toEqual({ relations: 1, entities: 1 });
      expect(await graph.eraseMemories('acme', ['m1'])).toEqual({ relations: 0, entities: 0 });
      const left = await graph.relations(ADMIN, '', 10);
      expect(left.flatMap(({ memoryIds }) => memoryIds)).toEqual(['m2']);
      expect(await graph.eraseMemories('acme', ['m2'])).toEqual({ relations: 1, entities: 2 });
      expect(await graph.count('acme')).toEqual({ entities: 2, relations: 1 });
      expect(await graph.count('globex')).toEqual({ entities: 2, relations: 1 });
    });

    it('ME-1 erases everything of a user', async () => {
      await graph.relate(drafted('Alice', 'likes', 'Tea', { scope: ALICE }));
      await graph.relate(drafted('Alice', 'likes', 'Milk', { scope: { ...ALICE, agent: 'agent_1' } }));
      await graph.relate(drafted('Alice', 'likes', 'Tea', { scope: BOB }));
      await graph.relate(drafted('Alice', 'likes', 'Gin'));
      expect(await graph.eraseUser('acme', 'alice')).toEqual({ relations: 2, entities: 1 });
      expect(await graph.eraseUser('acme', '')).toEqual({ relations: 0, entities: 0 });
      expect(await graph.count('acme')).toEqual({ entities: 3, relations: 2 });
    });

    it('ME-1 removes a relation that the viewer sees, and no other', async () => {
      const { relation } = await graph.relate(drafted('A', 'likes', 'B', { scope: ALICE }));
      expect(await graph.removeRelation(BOB_SEES, relation.id)).toBe(false);
      expect(await graph.removeRelation(OTHERS, relation.id)).toBe(false);
      expect(await graph.removeRelation(ALICE_SEES, relation.id)).toBe(true);
      expect(await graph.removeRelation(ALICE_SEES, relation.id)).toBe(false);
      expect(await graph.count('acme')).toEqual({ entities: 0, relations: 0 });
    });

    it('ME-1 pages through relations, each once', async () => {
      for (let n = 0; n < 25; n += 1) await graph.relate(drafted('A', 'likes', `thing ${n}`));
      const seen: string[] = [];
      for (let after = ''; ; ) {
        const page = await graph.relations(ADMIN, after, 10);
        seen.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        if (!last) break;
        after = last.id;
      }
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
    });

    it('ME-1 takes hostile names as names', async () => {
      const hostile = [
        `O'Hara"; drop table memory_edge; --`,
        "'}) MATCH (n) DETACH DELETE n //",
        '`$name`',
        '%_\\',
        '😀',
      ];
      for (const name of hostile) await graph.relate(drafted(name, "is' or 1=1", 'Hub'));
      expect(await graph.count('acme')).toEqual({ entities: 6, relations: 5 });
      const listed = await graph.entities(ADMIN, { query: '', type: '', limit: 10 });
      expect(names(listed)).toEqual([...hostile, 'Hub'].toSorted());
    });

    it('ME-1 refuses what is no name or no relation, and keeps nothing of it', async () => {
      const bad = [
        drafted('', 'likes', 'B'),
        drafted('A\0', 'likes', 'B'),
        drafted('A', 'likes', 'x'.repeat(10_000)),
        drafted('A', '  ', 'B'),
        drafted('A', 'x'.repeat(81), 'B'),
        drafted('A', 'likes', 'a'),
        drafted('A', 'likes', 'B', { confidence: Number.NaN }),
        drafted('A', 'likes', 'B', { validFrom: 5, validUntil: 5 }),
        drafted('A', 'likes', 'B', { subject: { name: 'A', type: 'x'.repeat(41) } }),
        drafted('A', 'likes', 'B', { memoryIds: ['m\0'] }),
      ];
      for (const draft of bad) {
        await expect(graph.relate(draft)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      expect(await graph.count('acme')).toEqual({ entities: 0, relations: 0 });
    });

    it('ME-1 bounds what it shows of a graph that is larger', async () => {
      for (let n = 0; n < 30; n += 1) await graph.relate(drafted('Hub', 'knows', `spoke ${n}`));
      const [hub] = await ids(ADMIN, 'hub');
      const some = await graph.neighbourhood(ADMIN, [hub ?? ''], { ...AROUND, limit: 10 });
      expect(some.entities).toHaveLength(10);
      expect(some.relations).toHaveLength(9);
      expect(some.truncated).toBe(true);
      const all = await graph.neighbourhood(ADMIN, [hub ?? ''], { ...AROUND, limit: 31 });
      expect(all).toMatchObject({ truncated: false });
      expect(all.entities).toHaveLength(31);
      const most = await graph.neighbourhood(ADMIN, [], { ...AROUND, limit: 1 });
      expect(most.entities.map(({ name }) => name)).toEqual(['Hub']);
    });
  });
}

async function empty(graph: Graph, viewer: Viewer): Promise<void> {
  for (;;) {
    const page = await graph.relations(viewer, '', 500);
    if (page.length === 0) break;
    for (const { id } of page) await graph.removeRelation(viewer, id);
  }
  // An entity that a merge left alone goes with a relation that goes.
  for (const { name } of await graph.entities(viewer, { query: '', type: '', limit: 500 })) {
    const { relation } = await graph.relate(
      drafted(name, 'goes with', 'nothing', { scope: { ...EVERYONE, tenant: viewer.tenant } }),
    );
    await graph.removeRelation(viewer, relation.id);
  }
}
