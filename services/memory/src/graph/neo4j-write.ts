import { type CheckedDraft, type CheckedName, noEntity, sameEntity } from './input.ts';
import type { Run } from './neo4j-session.ts';

/** Comes first in each transaction: those who write to one tenant's graph wait for one another. */
export async function takeTurn(run: Run, tenant: string): Promise<void> {
  await run('merge (w:Writer {tenant: $tenant}) set w.writes = coalesce(w.writes, 0) + 1', { tenant });
}

/** Makes what is missing of a relation, and gives the id of the relation. */
export async function relateIn(run: Run, draft: CheckedDraft, now: number, newId: () => string): Promise<string> {
  const { tenant, user, agent } = draft.scope;
  await takeTurn(run, tenant);
  const subject = await entityIn(run, tenant, draft.subject, draft.subject.type, now, newId);
  const object = await entityIn(run, tenant, draft.object, draft.object.type, now, newId);
  if (subject === object) throw sameEntity();
  const { predicate, validFrom, validUntil, confidence, exclusive, memoryIds } = draft;
  const values = { tenant, user, agent, subject, object, predicate, validFrom, validUntil, confidence, exclusive };
  const [row] = await run(
    `match (s:Entity {tenant: $tenant, id: $subject}), (o:Entity {tenant: $tenant, id: $object})
      match (s)<-[:SUBJECT]-(r:Relation {predicate: $predicate, user: $user, agent: $agent, validFrom: $validFrom,
        validUntil: $validUntil})-[:OBJECT]->(o)
      set r.confidence = case when $confidence > r.confidence then $confidence else r.confidence end,
        r.exclusive = r.exclusive or $exclusive
      return r.id as id`,
    values,
  );
  const id = row ? String(row['id']) : `rel_${newId()}`;
  if (!row) {
    await run(
      `match (s:Entity {tenant: $tenant, id: $subject}), (o:Entity {tenant: $tenant, id: $object})
        create (s)<-[:SUBJECT]-(r:Relation {tenant: $tenant, id: $id, predicate: $predicate, user: $user, agent: $agent,
          validFrom: $validFrom, validUntil: $validUntil, confidence: $confidence, exclusive: $exclusive,
          createdAt: $now})-[:OBJECT]->(o)`,
      { ...values, id, now },
    );
  }
  await run(
    `match (r:Relation {tenant: $tenant, id: $id}) unwind $memoryIds as memory
      merge (m:Memory {tenant: $tenant, id: memory}) merge (r)-[:SAID_BY]->(m)`,
    { tenant, id, memoryIds },
  );
  // One of them is exclusive, their times overlap, and whoever says one of them may see the other.
  await run(
    `match (o:Entity)<-[:OBJECT]-(r:Relation {tenant: $tenant, id: $id})-[:SUBJECT]->(s:Entity)
      match (s)<-[:SUBJECT]-(x:Relation {predicate: $predicate})-[:OBJECT]->(other:Entity)
      where other <> o and (r.exclusive or x.exclusive)
        and ($user = '' or x.user in ['', $user]) and ($agent = '' or x.agent in ['', $agent])
        and (r.validUntil = 0 or x.validFrom < r.validUntil) and (x.validUntil = 0 or r.validFrom < x.validUntil)
      merge (r)-[:CONTRADICTS]->(x) merge (x)-[:CONTRADICTS]->(r)`,
    { tenant, id, predicate, user, agent },
  );
  return id;
}

async function entityIn(
  run: Run,
  tenant: string,
  { name, key }: CheckedName,
  type: string,
  now: number,
  newId: () => string,
): Promise<string> {
  const [row] = await run(
    `match (:Name {tenant: $tenant, key: $key})-[:OF]->(n:Entity)
      set n.type = case when n.type = '' then $type else n.type end return n.id as id`,
    { tenant, key, type },
  );
  if (row) return String(row['id']);
  const id = `ent_${newId()}`;
  await run(
    `create (n:Entity {tenant: $tenant, id: $id, name: $name, type: $type, createdAt: $now})
      create (:Name {tenant: $tenant, key: $key, name: $name})-[:OF]->(n)`,
    { tenant, id, name, key, type, now },
  );
  return id;
}

/** Adds names that belong to no other entity. @throws HoldfastError NOT_FOUND */
export async function aliasIn(run: Run, tenant: string, id: string, names: readonly CheckedName[]): Promise<void> {
  await takeTurn(run, tenant);
  const [there] = await run('match (n:Entity {tenant: $tenant, id: $id}) return n.id as id', { tenant, id });
  if (!there) throw noEntity();
  for (const { name, key } of names) {
    await run(
      `match (n:Entity {tenant: $tenant, id: $id}) where not exists { (:Name {tenant: $tenant, key: $key}) }
        create (:Name {tenant: $tenant, key: $key, name: $name})-[:OF]->(n)`,
      { tenant, id, name, key },
    );
  }
}

/** Removes relations; with `alone`, entities too that have no other. */
export async function removeIn(
  run: Run,
  tenant: string,
  ids: readonly string[],
  alone: boolean,
): Promise<{ readonly relations: number; readonly entities: number }> {
  if (ids.length === 0) return { relations: 0, entities: 0 };
  const ends = await run(
    `unwind $ids as id match (r:Relation {tenant: $tenant, id: id})-[:SUBJECT|OBJECT]->(n:Entity)
      return distinct n.id as id`,
    { tenant, ids },
  );
  const memories = await run(
    `unwind $ids as id match (r:Relation {tenant: $tenant, id: id})-[:SAID_BY]->(m:Memory) return distinct m.id as id`,
    { tenant, ids },
  );
  const gone = await run(
    `unwind $ids as id match (r:Relation {tenant: $tenant, id: id}) with r, r.id as gone detach delete r return gone`,
    { tenant, ids },
  );
  await forgetMemories(
    run,
    tenant,
    memories.map((row) => String(row['id'])),
  );
  if (!alone) return { relations: gone.length, entities: 0 };
  const lonely = await run(
    `unwind $ids as id match (n:Entity {tenant: $tenant, id: id})
      where not exists { (n)<-[:SUBJECT|OBJECT]-(:Relation) } return n.id as id`,
    { tenant, ids: ends.map((row) => String(row['id'])) },
  );
  await run(
    `unwind $ids as id match (n:Entity {tenant: $tenant, id: id}) optional match (a:Name)-[:OF]->(n) detach delete a, n`,
    { tenant, ids: lonely.map((row) => String(row['id'])) },
  );
  return { relations: gone.length, entities: lonely.length };
}

/** Takes memories away from all relations, and removes what then rests on none. */
export async function eraseMemoriesIn(run: Run, tenant: string, memories: readonly string[]) {
  await takeTurn(run, tenant);
  const rows = await run(
    `unwind $memories as memory match (:Memory {tenant: $tenant, id: memory})<-[:SAID_BY]-(r:Relation)
      with distinct r
      where not exists { match (r)-[:SAID_BY]->(m:Memory) where not m.id in $memories } return r.id as id`,
    { tenant, memories },
  );
  const gone = await removeIn(
    run,
    tenant,
    rows.map((row) => String(row['id'])),
    true,
  );
  await run('unwind $memories as memory match (m:Memory {tenant: $tenant, id: memory}) detach delete m', {
    tenant,
    memories,
  });
  return gone;
}

/** Makes one entity of two. @throws HoldfastError NOT_FOUND */
export async function mergeIn(run: Run, tenant: string, into: string, from: string): Promise<void> {
  await takeTurn(run, tenant);
  const both = { tenant, into, from };
  const pair = 'match (i:Entity {tenant: $tenant, id: $into}), (f:Entity {tenant: $tenant, id: $from})';
  const there = await run(
    `${pair} set i.type = case when i.type = '' then f.type else i.type end return i.id as id`,
    both,
  );
  if (there.length === 0) throw noEntity();
  const loops = await run(
    `${pair} match (i)<-[:SUBJECT|OBJECT]-(r:Relation)-[:SUBJECT|OBJECT]->(f) return distinct r.id as id`,
    both,
  );
  await removeIn(
    run,
    tenant,
    loops.map((row) => String(row['id'])),
    false,
  );
  for (const [end, far] of [
    ['SUBJECT', 'OBJECT'],
    ['OBJECT', 'SUBJECT'],
  ] as const) {
    await uniteIn(run, both, pair, end, far);
    await run(`${pair} match (f)<-[e:${end}]-(r:Relation) create (r)-[:${end}]->(i) delete e`, both);
  }
  await run(`${pair} match (a:Name)-[e:OF]->(f) create (a)-[:OF]->(i) delete e`, both);
  await run('match (f:Entity {tenant: $tenant, id: $from}) detach delete f', both);
  // What contradicted one another may say the same now.
  await run(
    `match (i:Entity {tenant: $tenant, id: $into})<-[:OBJECT]-(a:Relation)-[c:CONTRADICTS]->(b:Relation)-[:OBJECT]->(i)
      delete c`,
    both,
  );
}

/** What both have at this end becomes one: the relation of `into` takes over memories and contradictions. */
async function uniteIn(
  run: Run,
  both: { readonly tenant: string; readonly into: string; readonly from: string },
  pair: string,
  end: string,
  far: string,
): Promise<void> {
  const rows = await run(
    `${pair} match (f)<-[:${end}]-(d:Relation)-[:${far}]->(:Entity)<-[:${far}]-(k:Relation)-[:${end}]->(i)
      where k.predicate = d.predicate and k.user = d.user and k.agent = d.agent
        and k.validFrom = d.validFrom and k.validUntil = d.validUntil
      return d.id as gone, k.id as kept`,
    both,
  );
  const twins = rows.map((row) => ({ gone: String(row['gone']), kept: String(row['kept']) }));
  const each = `unwind $twins as twin match (d:Relation {tenant: $tenant, id: twin.gone}),
    (k:Relation {tenant: $tenant, id: twin.kept})`;
  const params = { tenant: both.tenant, twins };
  await run(`${each} match (d)-[:SAID_BY]->(m:Memory) merge (k)-[:SAID_BY]->(m)`, params);
  await run(
    `${each} match (d)-[:CONTRADICTS]->(c:Relation) where c <> k
      merge (k)-[:CONTRADICTS]->(c) merge (c)-[:CONTRADICTS]->(k)`,
    params,
  );
  await run(
    `${each} set k.confidence = case when d.confidence > k.confidence then d.confidence else k.confidence end,
      k.exclusive = k.exclusive or d.exclusive`,
    params,
  );
  await removeIn(
    run,
    both.tenant,
    twins.map(({ gone }) => gone),
    false,
  );
}

async function forgetMemories(run: Run, tenant: string, ids: readonly string[]): Promise<void> {
  await run(
    `unwind $ids as id match (m:Memory {tenant: $tenant, id: id})
      where not exists { (m)<-[:SAID_BY]-(:Relation) } delete m`,
    { tenant, ids },
  );
}
