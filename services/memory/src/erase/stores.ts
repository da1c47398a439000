import { change, type Database, inGroups, marks, select } from '@holdfast/storage';

import type { Graph } from '../graph/graph.ts';
import type { LexicalIndex } from '../lexical/lexical.ts';
import type { Records } from '../records/records.ts';
import type { VectorIndex } from '../vectors/vectors.ts';
import type { Working } from '../working/working.ts';
import type { ErasableStore, Erasing } from './store.ts';

const keysOf = ({ targets }: Erasing) => inGroups(targets.map(({ seq }) => seq));

async function rowsLeft(database: Database, table: string, erasing: Erasing): Promise<number> {
  let left = 0;
  for (const seqs of keysOf(erasing)) {
    const [row] = await select(
      database,
      `select count(*) as n from ${table} where seq in (${marks(seqs.length)})`,
      seqs,
    );
    left += Number(row?.['n'] ?? 0);
  }
  return left;
}

/** How many of these keys an index that lists its keys in order still has. */
async function keysLeft(
  index: { seqs(after: number, limit: number): Promise<readonly number[]> },
  erasing: Erasing,
): Promise<number> {
  let left = 0;
  for (const seqs of keysOf(erasing)) {
    const found = await Promise.all(seqs.map((seq) => index.seqs(seq - 1, 1)));
    left += found.filter(([first], at) => first !== undefined && first === seqs[at]).length;
  }
  return left;
}

/** The memories, with their visits: what the database itself holds of them. */
export function recordsStore(database: Database, records: Records): ErasableStore {
  return {
    store: 'records',
    product: database.dialect,
    async erase(erasing) {
      const before = await rowsLeft(database, 'memory_record', erasing);
      for (const seqs of keysOf(erasing)) await records.erase(erasing.tenant, seqs);
      return before;
    },
    left: async (erasing) =>
      (await rowsLeft(database, 'memory_record', erasing)) + (await rowsLeft(database, 'memory_visit', erasing)),
  };
}

/** The words of the memories. Their entries go with the records; before those, so that they are counted. */
export function lexicalStore(database: Database, lexical: LexicalIndex): ErasableStore {
  return {
    store: 'lexical',
    product: lexical.name,
    async erase(erasing) {
      const before = await keysLeft(lexical, erasing);
      for (const seqs of keysOf(erasing)) await database.transact(seqs.flatMap((seq) => lexical.remove(seq)));
      return before;
    },
    left: (erasing) => keysLeft(lexical, erasing),
  };
}

/** The vectors in the database, of every embedder. */
export function vectorsStore(database: Database): ErasableStore {
  return {
    store: 'vectors',
    product: database.dialect,
    async erase(erasing) {
      const before = await rowsLeft(database, 'memory_vector', erasing);
      for (const seqs of keysOf(erasing)) {
        await change(database, `delete from memory_vector where seq in (${marks(seqs.length)})`, seqs);
      }
      return before;
    },
    left: (erasing) => rowsLeft(database, 'memory_vector', erasing),
  };
}

/** The vector indices that are open: of the embedder that serves, and of the one that takes its place. */
export function indexStore(product: string, indices: () => Promise<readonly VectorIndex[]>): ErasableStore {
  const left = async (erasing: Erasing) => {
    const counts = await Promise.all((await indices()).map((index) => keysLeft(index, erasing)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  return {
    store: 'index',
    product,
    async erase(erasing) {
      const before = await left(erasing);
      for (const index of await indices()) {
        for (const seqs of keysOf(erasing)) await index.remove(erasing.tenant, seqs);
        await index.flush(index.applied);
      }
      return before;
    },
    left,
  };
}

/** Relations that rest on the memories, and of a user all that is theirs. */
export function graphStore(graph: Graph): ErasableStore {
  const erase = async ({ tenant, what, targets }: Erasing) => {
    let removed = 0;
    for (const group of inGroups(targets)) {
      const gone = await graph.eraseMemories(
        tenant,
        group.map(({ id }) => id),
      );
      removed += gone.relations + gone.entities;
    }
    if (what.kind !== 'user') return removed;
    const gone = await graph.eraseUser(tenant, what.name);
    return removed + gone.relations + gone.entities;
  };
  return {
    store: 'graph',
    product: graph.name,
    erase,
    async left({ tenant, targets }) {
      const ids = new Set(targets.map(({ id }) => id));
      const viewer = { tenant, user: '', agent: '', everybody: true };
      let left = 0;
      for (let after = ''; ; ) {
        const relations = await graph.relations(viewer, after, 500);
        left += relations.filter(({ memoryIds }) => memoryIds.some((id) => ids.has(id))).length;
        const last = relations.at(-1);
        if (last === undefined || relations.length < 500) return left;
        after = last.id;
      }
    },
  };
}

/** Conversations at hand: of a user all, of a run or a group the one of that name. */
export function workingStore(working: Working): ErasableStore {
  return {
    store: 'working',
    product: working.name,
    async erase({ tenant, what }) {
      if (what.kind === 'user') return await working.eraseUser(tenant, what.name);
      if (what.kind !== 'run' && what.kind !== 'group') return 0;
      return (await working.clear(tenant, what.name)) ? 1 : 0;
    },
    async left({ tenant, what }) {
      if (what.kind === 'ids' || what.kind === 'document') return 0;
      const sessions = await working.list(tenant);
      return sessions.filter(({ session, scope }) =>
        what.kind === 'user' ? scope.user === what.name : session === what.name,
      ).length;
    },
  };
}

/** What deleted rows have left behind in the files of the database and of the lexical index. To be the last. */
export function filesStore(database: Database, lexical: LexicalIndex, tables: readonly string[]): ErasableStore {
  return {
    store: 'files',
    product: database.dialect,
    async erase() {
      // Each by itself: merging an index may take longer than a write should wait.
      for (const statement of lexical.purge()) await database.transact([statement]);
      await database.scrub(tables);
      return 0;
    },
    left: async () => 0,
  };
}
