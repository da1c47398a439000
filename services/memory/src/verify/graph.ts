import { type Database, inGroups, marks, select } from '@holdfast/storage';

import type { Graph } from '../graph/graph.ts';
import type { Check } from './check.ts';

const PAGE = 500;

/** Relations rest on memories that are there. Tenants without any memory are not looked at: nobody is known to be one. */
export function graphCheck(database: Database, graph: Graph): Check {
  return {
    name: 'graph = records',
    async run(repair) {
      const tenants = await select(database, 'select tenant from memory_record group by tenant', []);
      let expected = 0;
      let lost = 0;
      for (const tenant of tenants.map((row) => String(row['tenant']))) {
        const cited = await citedBy(graph, tenant);
        const missing = await notThere(database, tenant, [...cited]);
        expected += cited.size;
        lost += missing.length;
        if (repair) for (const ids of inGroups(missing)) await graph.eraseMemories(tenant, ids);
      }
      const verdict = lost === 0 ? 'They agree.' : `Relations rest on ${lost} memories that are not there.`;
      const repaired = repair && lost > 0;
      const found = expected - lost;
      return { ok: lost === 0 || repaired, verdict, expected: repaired ? found : expected, found, repaired };
    },
  };
}

async function citedBy(graph: Graph, tenant: string): Promise<Set<string>> {
  const viewer = { tenant, user: '', agent: '', everybody: true };
  const cited = new Set<string>();
  for (let after = ''; ; ) {
    const relations = await graph.relations(viewer, after, PAGE);
    for (const { memoryIds } of relations) for (const id of memoryIds) cited.add(id);
    const last = relations.at(-1);
    if (last === undefined || relations.length < PAGE) return cited;
    after = last.id;
  }
}

async function notThere(database: Database, tenant: string, ids: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const group of inGroups(ids)) {
    const rows = await select(
      database,
      `select id from memory_record where tenant = ? and id in (${marks(group.length)})`,
      [tenant, ...group],
    );
    const there = new Set(rows.map((row) => String(row['id'])));
    missing.push(...group.filter((id) => !there.has(id)));
  }
  return missing;
}
