import { type Database, statement, type Statement } from '@holdfast/storage';

import type { CheckedDraft, CheckedName } from './input.ts';
import type { Condition } from './sql-read.ts';

/** Makes statements for a database. */
export type Of = (
  sql: string,
  params: Parameters<typeof statement>[2],
  options?: Pick<Statement, 'expect' | 'otherwise'>,
) => Statement;

/** Statements of this database. */
export function statementsOf(database: Database): Of {
  return (sql, params, options) => statement(database, sql, params, options);
}

/** Comes first in each batch: those who write to one tenant's graph wait for one another. */
export function turnOf(of: Of, tenant: string): Statement {
  return of(
    `insert into memory_graph_writer (tenant, writes) values (?, 1)
      on conflict (tenant) do update set writes = memory_graph_writer.writes + 1`,
    [tenant],
  );
}

/** The new ids of a relation, which are used where something is new. */
export interface NewIds {
  readonly subject: string;
  readonly object: string;
  readonly relation: string;
}

/** Makes what is missing of a relation. The last statement returns the id of the relation. */
export function relating(of: Of, draft: CheckedDraft, ids: NewIds, now: number): Statement[] {
  const { tenant, user, agent } = draft.scope;
  const { subject, object, predicate, validFrom, validUntil, confidence } = draft;
  const same = {
    sql: `e.tenant = ? and e.user_id = ? and e.agent_id = ? and e.predicate = ? and e.valid_from = ? and e.valid_until = ?
      and e.subject = ${BY_KEY} and e.object = ${BY_KEY}`,
    params: [tenant, user, agent, predicate, validFrom, validUntil, tenant, subject.key, tenant, object.key],
  };
  return [
    turnOf(of, tenant),
    ...entity(of, tenant, subject, subject.type, ids.subject, now),
    ...entity(of, tenant, object, object.type, ids.object, now),
    of(
      `insert into memory_edge (tenant, id, user_id, agent_id, subject, predicate, object, valid_from, valid_until,
          confidence, exclusive, created_at, doomed)
        select ${TEXT}, ${TEXT}, ${TEXT}, ${TEXT}, s.entity, ${TEXT}, o.entity, ${WHOLE}, ${WHOLE},
          cast(? as double precision), ${WHOLE}, ${WHOLE}, 0
        from memory_alias s, memory_alias o
        where s.tenant = ? and s.name_key = ? and o.tenant = ? and o.name_key = ? and s.entity <> o.entity
        on conflict (tenant, subject, predicate, object, user_id, agent_id, valid_from, valid_until) do update set
          confidence = case when excluded.confidence > memory_edge.confidence then excluded.confidence
            else memory_edge.confidence end,
          exclusive = case when excluded.exclusive > memory_edge.exclusive then excluded.exclusive
            else memory_edge.exclusive end
        returning id`,
      [
        tenant,
        ids.relation,
        user,
        agent,
        predicate,
        validFrom,
        validUntil,
        confidence,
        draft.exclusive ? 1 : 0,
        now,
        tenant,
        subject.key,
        tenant,
        object.key,
      ],
      { expect: 1, otherwise: 'INVALID_ARGUMENT' },
    ),
    ...draft.memoryIds.map((memory) =>
      of(
        `insert into memory_edge_memory (tenant, edge, memory)
          select e.tenant, e.id, ${TEXT} from memory_edge e where ${same.sql} on conflict do nothing`,
        [memory, ...same.params],
      ),
    ),
    contradicting(of, draft, same, 'e.id, x.id'),
    contradicting(of, draft, same, 'x.id, e.id'),
    of(`select e.id from memory_edge e where ${same.sql}`, same.params, { expect: 1 }),
  ];
}

const TEXT = 'cast(? as text)';
const WHOLE = 'cast(? as bigint)';
const BY_KEY = '(select a.entity from memory_alias a where a.tenant = ? and a.name_key = ?)';

function entity(
  of: Of,
  tenant: string,
  { name, key }: CheckedName,
  type: string,
  id: string,
  now: number,
): Statement[] {
  return [
    of(
      `insert into memory_alias (tenant, name_key, name, entity) values (?, ?, ?, ?)
        on conflict (tenant, name_key) do nothing`,
      [tenant, key, name, id],
    ),
    of(
      `insert into memory_entity (tenant, id, name, type, created_at)
        select ${TEXT}, ${TEXT}, ${TEXT}, ${TEXT}, ${WHOLE}
        where exists (select 1 from memory_alias a where a.tenant = ? and a.name_key = ? and a.entity = ?)`,
      [tenant, id, name, type, now, tenant, key, id],
    ),
    of(`update memory_entity set type = ? where tenant = ? and type = '' and id = ${BY_KEY}`, [
      type,
      tenant,
      tenant,
      key,
    ]),
  ];
}

/** Two say otherwise: one of them is exclusive, their times overlap, and whoever says one of them may see the other. */
function contradicting(of: Of, draft: CheckedDraft, same: Condition, pair: string): Statement {
  const { user, agent } = draft.scope;
  const who = (column: string, id: string): Condition =>
    id === '' ? { sql: '1 = 1', params: [] } : { sql: `x.${column} in ('', ?)`, params: [id] };
  const [users, agents] = [who('user_id', user), who('agent_id', agent)];
  // What was exclusive before is linked already; a hub's many relations are not looked through for each new one.
  const ones = draft.exclusive ? '' : 'and x.exclusive = 1';
  return of(
    `insert into memory_edge_contradiction (tenant, edge, other)
      select e.tenant, ${pair} from memory_edge e
      join memory_edge x on x.tenant = e.tenant and x.subject = e.subject and x.predicate = e.predicate
        and x.object <> e.object
      where ${same.sql} ${ones} and ${users.sql} and ${agents.sql}
        and (e.valid_until = 0 or x.valid_from < e.valid_until) and (x.valid_until = 0 or e.valid_from < x.valid_until)
      on conflict do nothing`,
    [...same.params, ...users.params, ...agents.params],
  );
}

/**
 * Removes relations `e` that fit. The last two statements return what went: entities that have no other relation (where
 * `alone`), and the relations.
 */
export function removing(of: Of, tenant: string, condition: Condition, alone: boolean): Statement[] {
  const doomed = `(select d.id from memory_edge d where d.tenant = ? and d.doomed = 1)`;
  const ends = `(select d.subject from memory_edge d where d.tenant = ? and d.doomed = 1
    union select d.object from memory_edge d where d.tenant = ? and d.doomed = 1)`;
  const entities = [
    of(
      `delete from memory_alias where tenant = ? and entity in ${ends} and not exists (select 1 from memory_edge k
        where k.tenant = memory_alias.tenant and k.doomed = 0 and k.subject = memory_alias.entity)
        and not exists (select 1 from memory_edge k
        where k.tenant = memory_alias.tenant and k.doomed = 0 and k.object = memory_alias.entity)`,
      [tenant, tenant, tenant],
    ),
    of(
      `delete from memory_entity where tenant = ? and id in ${ends} and not exists (select 1 from memory_alias a
        where a.tenant = memory_entity.tenant and a.entity = memory_entity.id) returning id`,
      [tenant, tenant, tenant],
    ),
  ];
  return [
    of(
      `update memory_edge set doomed = 1 where tenant = ? and id in (select e.id from memory_edge e
        where e.tenant = ? and ${condition.sql})`,
      [tenant, tenant, ...condition.params],
    ),
    of(`delete from memory_edge_memory where tenant = ? and edge in ${doomed}`, [tenant, tenant]),
    of(`delete from memory_edge_contradiction where tenant = ? and (edge in ${doomed} or other in ${doomed})`, [
      tenant,
      tenant,
      tenant,
    ]),
    ...(alone ? entities : []),
    of('delete from memory_edge where tenant = ? and doomed = 1 returning id', [tenant]),
  ];
}

/** Makes one entity of two. */
export function merging(of: Of, tenant: string, into: string, from: string): Statement[] {
  return [
    turnOf(of, tenant),
    of(
      `update memory_entity set type = case when type <> '' then type else
          (select f.type from memory_entity f where f.tenant = ? and f.id = ?) end
        where tenant = ? and id = ? and exists (select 1 from memory_entity f where f.tenant = ? and f.id = ?)`,
      [tenant, from, tenant, into, tenant, from],
      { expect: 1, otherwise: 'NOT_FOUND' },
    ),
    ...removing(
      of,
      tenant,
      {
        sql: '((e.subject = ? and e.object = ?) or (e.subject = ? and e.object = ?))',
        params: [into, from, from, into],
      },
      false,
    ),
    ...uniting(of, tenant, into, from, 'subject', 'object'),
    ...uniting(of, tenant, into, from, 'object', 'subject'),
    of('update memory_edge set subject = ? where tenant = ? and subject = ?', [into, tenant, from]),
    of('update memory_edge set object = ? where tenant = ? and object = ?', [into, tenant, from]),
    // What contradicted one another may say the same now.
    of(
      `delete from memory_edge_contradiction where tenant = ? and exists (select 1 from memory_edge a
        join memory_edge b on b.tenant = a.tenant and b.object = a.object
        where a.tenant = memory_edge_contradiction.tenant and a.id = memory_edge_contradiction.edge
        and b.id = memory_edge_contradiction.other)`,
      [tenant],
    ),
    of('update memory_alias set entity = ? where tenant = ? and entity = ?', [into, tenant, from]),
    of('delete from memory_entity where tenant = ? and id = ?', [tenant, from]),
  ];
}

/** What both have at this end becomes one: the relation of `into` takes over memories and contradictions. */
function uniting(of: Of, tenant: string, into: string, from: string, end: string, far: string): Statement[] {
  const twins = `memory_edge d join memory_edge k on k.tenant = d.tenant and k.${far} = d.${far}
    and k.predicate = d.predicate and k.user_id = d.user_id and k.agent_id = d.agent_id
    and k.valid_from = d.valid_from and k.valid_until = d.valid_until`;
  const are = `d.tenant = ? and d.${end} = ? and k.${end} = ?`;
  const params = [tenant, from, into];
  return [
    of(
      `insert into memory_edge_memory (tenant, edge, memory) select d.tenant, k.id, m.memory from ${twins}
        join memory_edge_memory m on m.tenant = d.tenant and m.edge = d.id where ${are} on conflict do nothing`,
      params,
    ),
    ...(['k.id, c.other', 'c.other, k.id'] as const).map((pair) =>
      of(
        `insert into memory_edge_contradiction (tenant, edge, other) select d.tenant, ${pair} from ${twins}
          join memory_edge_contradiction c on c.tenant = d.tenant and c.edge = d.id
          where ${are} and c.other <> k.id on conflict do nothing`,
        params,
      ),
    ),
    of(
      `update memory_edge set confidence = (select max(d.confidence) from ${twins}
          where ${are} and k.id = memory_edge.id)
        where tenant = ? and id in (select k.id from ${twins} where ${are} and d.confidence > k.confidence)`,
      [...params, tenant, ...params],
    ),
    ...removing(of, tenant, { sql: `e.id in (select d.id from ${twins} where ${are})`, params }, false),
  ];
}
