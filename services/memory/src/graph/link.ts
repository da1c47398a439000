import { HoldfastError } from '@holdfast/protocol';

import type { Follower } from '../indexer/follower.ts';
import type { MemoryRecord, Trust } from '../record.ts';
import type { Records } from '../records/records.ts';
import { relationsOf } from './extract.ts';
import type { Graph } from './graph.ts';

/** What the linker is made of. */
export interface LinkerDeps {
  readonly graph: Pick<Graph, 'relate' | 'eraseMemories'>;
  readonly records: Pick<Records, 'bySeq' | 'get'>;
}

/** How sure a rule is of what it found in what somebody said; what was read is less. */
const SURE: Readonly<Record<Trust, number>> = { user: 0.8, agent: 0.6, outside: 0.3 };

/**
 * Links what memories say into the graph. Doing it again changes nothing: a relation that is there has its memory
 * already. What goes is the eraser's; what is quarantined or archived is not looked at.
 */
export function createLinker({ graph, records }: LinkerDeps): Follower {
  return {
    name: 'graph',
    async follow(changes, signal) {
      const tenants = Map.groupBy(
        changes.filter(({ op }) => op === 'put'),
        ({ tenant }) => tenant,
      );
      for (const [tenant, put] of tenants) {
        const viewer = { tenant, user: '', agent: '', everybody: true };
        const found = await records.bySeq({ viewer }, [...new Set(put.map(({ seq }) => seq))]);
        for (const record of found.toSorted((a, b) => a.seq - b.seq)) {
          signal.throwIfAborted();
          await link(graph, record);
        }
        // What was erased meanwhile may have been linked after the eraser had passed.
        const ids = found.map(({ id }) => id);
        const left = new Set((await records.get(viewer, ids)).map(({ id }) => id));
        const gone = ids.filter((id) => !left.has(id));
        if (gone.length > 0) await graph.eraseMemories(tenant, gone);
      }
    },
  };
}

async function link(graph: LinkerDeps['graph'], record: MemoryRecord): Promise<void> {
  const { scope, text, at, provenance } = record;
  const speaker = speakerOf(record);
  for (const relation of relationsOf(text, { speaker, at })) {
    try {
      await graph.relate({
        ...relation,
        scope,
        validUntil: 0,
        confidence: Math.min(record.confidence, SURE[provenance.trust]),
        memoryIds: [record.id],
      });
    } catch (error) {
      // Two names of one entity, which a rule cannot know: there is nothing to keep, now or later.
      if (!HoldfastError.has(error, 'INVALID_ARGUMENT')) throw error;
    }
  }
}

/** Whom the first person stands for: who said it; of what was read that is not known. */
function speakerOf({ provenance, scope }: MemoryRecord): string {
  if (provenance.trust === 'outside') return '';
  return provenance.author === '' ? scope.user : provenance.author;
}
