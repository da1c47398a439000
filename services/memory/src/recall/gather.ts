import type { Graph } from '../graph/graph.ts';
import type { LexicalIndex, Scored } from '../lexical/lexical.ts';
import type { Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { RecallConfig } from './config.ts';
import { expand, type Reached } from './expand.ts';
import type { Found } from './fuse.ts';
import { asked, type Missing } from './limits.ts';
import type { Query } from './query.ts';
import { withRelated } from './related.ts';

/** Searches by meaning; the indexer is one. */
export interface Dense {
  search(viewer: Viewer, query: string, limit: number, signal?: AbortSignal): Promise<readonly Scored[]>;
  /** Of the embedder that answers now: what its scores are worth depends on it. */
  readonly kind: 'lexical' | 'model';
}

/** Where memories are looked for. What is undefined is not asked, and not missed. */
export interface Sources {
  readonly lexical: LexicalIndex;
  readonly dense: Dense | undefined;
  readonly graph: Graph | undefined;
  readonly records: Records;
}

/** What the sources found. */
export interface Gathered {
  readonly found: readonly Found[];
  readonly missing: readonly Missing[];
  /** Relations by which memories were found, by the key of the memory. */
  readonly paths: ReadonlyMap<number, readonly string[]>;
  readonly tookMs: Readonly<Record<string, number>>;
  /** No source has more. */
  readonly exhausted: boolean;
}

/** What gathering needs to know. */
export interface Wanted {
  readonly viewer: Viewer;
  readonly query: Query;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

/** Two texts that share a few pairs of letters by chance are about so much alike to the lexical embedder. */
const LEAST_LEXICAL = 0.12;

/** Asks the sources side by side, each within its time. */
export async function gather(
  sources: Sources,
  config: RecallConfig,
  monotonic: () => number,
  { viewer, query, limit, signal }: Wanted,
): Promise<Gathered> {
  const { lexical, dense, graph, records } = sources;
  const bounds = { timeoutMs: config.source_timeout_ms, signal, monotonic };
  const denseWeight = dense?.kind === 'model' ? config.dense_weight_model : config.dense_weight_lexical;
  const terms = config.related ? withRelated(query.terms) : query.terms.map((term) => ({ term, weight: 1 }));
  // Each costs the reading of its vector, and few of the built-in embedder's tell anything that the words do not.
  const nearLimit = dense?.kind === 'model' ? limit : Math.ceil(limit / 4);
  const [bm25, near, linked] = await Promise.all([
    config.bm25_weight > 0 && terms.length > 0
      ? asked('bm25', bounds, () => lexical.search(viewer, terms, limit))
      : undefined,
    dense && denseWeight > 0
      ? asked('dense', bounds, (ending) => dense.search(viewer, query.text, nearLimit, ending))
      : undefined,
    graph && config.graph_weight > 0
      ? asked('graph', bounds, () => throughGraph(graph, records, viewer, query, limit))
      : undefined,
  ]);
  const all = [bm25, near, linked];
  const byWords = new Set((bm25?.result ?? []).map(({ seq }) => seq));
  const isLike = ({ seq, score }: Scored): boolean =>
    dense?.kind === 'model' || score >= LEAST_LEXICAL || byWords.has(seq);
  return {
    found: [
      { source: 'bm25', weight: config.bm25_weight, scored: bm25?.result ?? [] },
      { source: 'dense', weight: denseWeight, scored: (near?.result ?? []).filter(isLike) },
      { source: 'graph', weight: config.graph_weight, scored: linked?.result?.scored ?? [] },
    ],
    missing: all.flatMap((one) => one?.missing ?? []),
    paths: linked?.result?.paths ?? new Map(),
    tookMs: { bm25: bm25?.tookMs ?? 0, dense: near?.tookMs ?? 0, graph: linked?.tookMs ?? 0 },
    exhausted: all.every((one) => (one?.result === undefined ? 0 : lengthOf(one.result)) < limit),
  };
}

interface Linked {
  readonly scored: readonly Scored[];
  readonly paths: ReadonlyMap<number, readonly string[]>;
}

async function throughGraph(
  graph: Graph,
  records: Records,
  viewer: Viewer,
  query: Query,
  limit: number,
): Promise<Linked> {
  const reached = new Map((await expand(graph, viewer, query, limit)).map((one): [string, Reached] => [one.id, one]));
  if (reached.size === 0) return { scored: [], paths: new Map() };
  const there = await records.get(viewer, [...reached.keys()]);
  const paths = new Map<number, readonly string[]>();
  const scored: Scored[] = [];
  for (const { id, seq, state } of there) {
    const one = reached.get(id);
    if (one === undefined || state !== 'active') continue;
    paths.set(seq, one.path);
    scored.push({ seq, score: one.score });
  }
  return { scored, paths };
}

function lengthOf(result: readonly Scored[] | Linked): number {
  return 'scored' in result ? 0 : result.length;
}
