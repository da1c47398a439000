import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Graph } from '../graph/graph.ts';
import type { Documents } from '../ingest/documents.ts';
import type { LateIndexer } from '../indexer/late.ts';
import type { State } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { Working } from '../working/working.ts';
import { callerOf } from '../wire.ts';

/** What tells how memory is doing. */
export interface StatusDeps {
  readonly records: Records;
  readonly graph: Graph;
  readonly working: Working;
  readonly documents: Documents;
  readonly indexer: LateIndexer;
  /** Products by role: what memory is made of. */
  readonly products: {
    readonly records: string;
    readonly lexical: string;
    readonly vectors: string;
    readonly embedder: string;
    readonly reranker: string;
    readonly writer: string;
  };
}

type Part = Pick<memorypb.MemoryPart, 'role' | 'product' | 'ok' | 'detail'>;

/** Looks at every part once; what does not answer says why, and the others are told all the same. */
export function statusApi(deps: StatusDeps): Pick<MemoryApi, 'getMemoryStatus'> {
  const { records, graph, working, documents, indexer, products } = deps;
  return {
    async getMemoryStatus(request) {
      const { tenant } = callerOf(request.caller);
      const viewer = { tenant, user: '', agent: '', everybody: true };
      const count = (state: State) => records.count({ viewer, states: [state] });
      const [memories, quarantined, archived, documentsThere, entities, sessions, index] = await Promise.all([
        told(
          'records',
          products.records,
          () => count('active'),
          (n) => `${n} memories`,
        ),
        count('quarantined'),
        count('archived'),
        documents.count(viewer),
        told(
          'graph',
          graph.name,
          () => graph.count(tenant),
          (n) => `${n.entities} entities, ${n.relations} relations`,
        ),
        told(
          'working',
          working.name,
          () => working.list(tenant),
          (list) => `${list.length} conversations`,
        ),
        told(
          'vectors',
          products.vectors,
          () => indexer.status(),
          (status) => indexWords(status, indexer.waiting),
        ),
      ]);
      const waits = index.value === undefined;
      const parts: Part[] = [
        memories.part,
        { role: 'lexical', product: products.lexical, ok: memories.part.ok, detail: 'in the same database' },
        waits && index.part.ok ? { ...index.part, ok: indexer.waiting === '' } : index.part,
        entities.part,
        sessions.part,
        {
          role: 'embedder',
          product: products.embedder,
          ok: !waits,
          detail: waits ? indexer.waiting : products.embedder,
        },
        {
          role: 'reranker',
          product: products.reranker,
          ok: true,
          detail: products.reranker === 'none' ? 'off' : 'asked with each recall',
        },
        {
          role: 'summariser',
          product: products.writer,
          ok: true,
          detail:
            products.writer === 'rules'
              ? 'in the words of the memories themselves'
              : 'asked when memories are learnt or summarised',
        },
      ];
      return create(memorypb.GetMemoryStatusResponseSchema, {
        parts,
        memories: memories.value ?? 0,
        quarantined,
        archived,
        documents: documentsThere,
        entities: entities.value?.entities ?? 0,
        relations: entities.value?.relations ?? 0,
        sessions: sessions.value?.length ?? 0,
        embedder: index.value?.serving ?? '',
        toEmbed: index.value?.toEmbed ?? 0,
        toIndex: index.value?.toIndex ?? 0,
        toLink: index.value?.toLink ?? 0,
      });
    },
  };
}

async function told<T>(
  role: string,
  product: string,
  ask: () => Promise<T>,
  words: (value: T) => string,
): Promise<{ readonly part: Part; readonly value: T | undefined }> {
  try {
    const value = await ask();
    return { part: { role, product, ok: true, detail: words(value) }, value };
  } catch (error) {
    return { part: { role, product, ok: false, detail: HoldfastError.from(error).message }, value: undefined };
  }
}

function indexWords(status: Awaited<ReturnType<LateIndexer['status']>>, waiting: string): string {
  if (!status) return waiting;
  const { toEmbed, toIndex, toLink, refused, next, waiting: why } = status;
  const reasons = Object.entries(why).map(([part, reason]) => `${part} waits: ${reason}`);
  return [
    toEmbed + toIndex === 0 ? 'up to date' : `${toEmbed} wait for vectors, ${toIndex} for the index`,
    ...(toLink > 0 ? [`${toLink} vectors are looked at one by one until the index has linked them`] : []),
    ...(next ? [`changes to ${next.embedder}: ${next.toEmbed} left; the old one serves meanwhile`] : []),
    ...(refused > 0 ? [`${refused} are refused by the embedder`] : []),
    ...reasons,
  ].join('; ');
}
