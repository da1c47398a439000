import { type Database, inGroups, marks, select } from '@holdfast/storage';

import type { Records } from '../records/records.ts';
import type { VectorIndex } from '../vectors/vectors.ts';
import { type Check, compareKeys } from './check.ts';
import { vectorKeys } from './records.ts';

/** The index of the embedder that serves holds the vectors of the active memories, and nothing else. */
export function indexCheck(
  database: Database,
  records: Records,
  serving: () => Promise<{ readonly embedder: string; readonly index: VectorIndex }>,
): Check {
  return {
    name: 'index = vectors',
    async run(repair) {
      const { embedder, index } = await serving();
      const compare = () => compareKeys(vectorKeys(database, embedder), (after, limit) => index.seqs(after, limit));
      const { expected, found, missing, extra } = await compare();
      const ok = missing.length + extra.length === 0;
      const verdict = `${missing.length} are missing, ${extra.length} should not be there.`;
      if (ok || !repair) return { ok, verdict: ok ? 'They agree.' : verdict, expected, found, repaired: false };
      if (!(await mended(database, records, embedder, index, missing, extra))) await index.rebuild();
      const after = await compare();
      const repaired = after.missing.length + after.extra.length === 0;
      return { ok: repaired, verdict, expected: after.expected, found: after.found, repaired };
    },
  };
}

/** Puts what is missing and removes what is not to be there; false: it holds memories that nobody knows any more. */
async function mended(
  database: Database,
  records: Records,
  embedder: string,
  index: VectorIndex,
  missing: readonly number[],
  extra: readonly number[],
): Promise<boolean> {
  for (const seqs of inGroups(missing)) await index.put(await records.vectorsOf(embedder, seqs));
  let known = 0;
  for (const seqs of inGroups(extra)) {
    const rows = await select(
      database,
      `select seq, tenant from memory_record where seq in (${marks(seqs.length)})`,
      seqs,
    );
    known += rows.length;
    for (const [tenant, those] of Map.groupBy(rows, (row) => String(row['tenant']))) {
      await index.remove(
        tenant,
        those.map((row) => Number(row['seq'])),
      );
    }
  }
  return known === extra.length;
}
