import type { Reranker } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';
import { estimateTokens, matchedIn } from '@holdfast/text';

import type { MemoryRecord, RecordFilter } from '../record.ts';
import type { Records, Visit } from '../records/records.ts';
import { type Candidate, findCandidates } from './candidates.ts';
import type { RecallConfig } from './config.ts';
import type { SourceScore } from './fuse.ts';
import type { Sources } from './gather.ts';
import type { Missing } from './limits.ts';
import { readQuery } from './query.ts';
import { type Ordered, reorder } from './rerank.ts';

/** What recall is made of. */
export interface RecallDeps extends Sources {
  readonly reranker: Reranker | undefined;
  /** What retention multiplies a score by, 0 to 1. */
  readonly weightOf: (record: MemoryRecord, now: number) => number;
  /** S of a memory once it was recalled now, days. */
  readonly strengthenedTo: (record: MemoryRecord, now: number) => number;
  readonly config: RecallConfig;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly logger: Logger;
}

/** What is asked. */
export interface RecallQuery {
  readonly query: string;
  readonly filter: RecordFilter;
  /** 1 to 100. */
  readonly limit: number;
  /** What does not fit is left out, the best first. 0: no bound. */
  readonly budgetTokens: number;
  /** Whether being found counts as being recalled. */
  readonly strengthen: boolean;
}

/** A memory that was found, and why. See Hit in memory.proto. */
export interface Hit {
  readonly record: MemoryRecord;
  readonly score: number;
  readonly sources: readonly SourceScore[];
  /** Its place before the cross-encoder; 0: that has not read it. */
  readonly rankBefore: number;
  readonly rank: number;
  readonly retentionWeight: number;
  readonly matched: readonly string[];
  /** Relations by which it was found; empty: by none. */
  readonly path: readonly string[];
  /** With its neighbours; empty where that is no more than the text. */
  readonly context: string;
}

/** What was found. */
export interface Recalled {
  readonly hits: readonly Hit[];
  readonly missing: readonly Missing[];
  readonly tookMs: Readonly<Record<string, number>>;
  /** Of all hits with what is shown around them, estimated. */
  readonly tokens: number;
}

/** Finds memories again (ME-2). */
export type Recall = (asked: RecallQuery, signal?: AbortSignal) => Promise<Recalled>;

const MOST_HITS = 100;
const MOST_QUERY = 32_000;

/**
 * Recall over the sources that are there: words, vectors and relations side by side, fused, weighed by retention, read
 * by a cross-encoder where there is one. A source that fails is named in `missing` and the others answer.
 *
 * The function throws HoldfastError: INVALID_ARGUMENT for an empty or endless query; CANCELED; and what the records
 * throw, without which nothing can be answered.
 */
export function createRecall(deps: RecallDeps): Recall {
  const { records, reranker, config, monotonic } = deps;

  return async (asked, signal) => {
    const limit = checked(asked);
    const now = deps.now();
    const began = monotonic();
    const query = readQuery(asked.query);
    const analysed = monotonic() - began;
    const enough = Math.max(limit, reranker === undefined ? 0 : config.rerank_top);
    const found = await findCandidates({ ...deps, sources: deps, now }, query, asked.filter, enough, signal);
    const contexts = new Map<Candidate, string>();
    const showAround = async (candidates: readonly Candidate[]) => {
      const lacking = candidates.filter((candidate) => !contexts.has(candidate));
      const texts = await Promise.all(lacking.map(({ record }) => contextOf(records, record, config.context_span)));
      for (const [at, candidate] of lacking.entries()) contexts.set(candidate, texts[at] ?? '');
    };
    const loading = monotonic();
    if (reranker !== undefined) await showAround(found.candidates.slice(0, config.rerank_top));
    const around = monotonic() - loading;
    const reordered = await reorder(
      reranker,
      config,
      query.text,
      found.candidates,
      (candidate) => contexts.get(candidate) || candidate.record.text,
      { signal, monotonic },
    );
    const showing = monotonic();
    const shown = reordered.ordered.slice(0, limit);
    await showAround(shown.map(({ candidate }) => candidate));
    const kept = withinBudget(shown, contexts, asked.budgetTokens);
    if (asked.strengthen) await strengthen(deps, kept.ordered, now);
    return {
      hits: kept.ordered.map((one, at) => hitOf(one, at, asked.query, contexts, found.gathered.paths)),
      missing: [...found.gathered.missing, ...(reordered.missing === undefined ? [] : [reordered.missing])],
      tookMs: {
        ...found.tookMs,
        analyse: analysed,
        rerank: reordered.tookMs,
        load: (found.tookMs['load'] ?? 0) + around + (monotonic() - showing),
      },
      tokens: kept.tokens,
    };
  };
}

function checked({ query, limit, budgetTokens }: RecallQuery): number {
  if (query.trim() === '') throw new HoldfastError('INVALID_ARGUMENT', 'The query is empty. Say what to look for.');
  if (query.length > MOST_QUERY) {
    throw new HoldfastError('INVALID_ARGUMENT', `The query is longer than ${MOST_QUERY} characters. Ask for less.`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_HITS) {
    throw new HoldfastError('INVALID_ARGUMENT', `The limit has to be between 1 and ${MOST_HITS}.`);
  }
  if (!(budgetTokens >= 0)) throw new HoldfastError('INVALID_ARGUMENT', 'The budget of tokens has to be 0 or more.');
  return limit;
}

/** A memory with its neighbours, in order; empty where it stands alone. */
async function contextOf(records: Records, record: MemoryRecord, span: number): Promise<string> {
  if (span === 0 || record.group === '') return '';
  const beside = await records.neighbours(record, span);
  return beside.length === 0 ? '' : [...beside, record].sort(inLine).map(lineOf).join('\n');
}

function inLine(a: MemoryRecord, b: MemoryRecord): number {
  return a.position - b.position || a.seq - b.seq;
}

/** What was said is shown with who said it. */
function lineOf({ kind, provenance, text }: MemoryRecord): string {
  return kind === 'turn' && provenance.author !== '' ? `${provenance.author}: ${text}` : text;
}

function withinBudget(
  ordered: readonly Ordered[],
  contexts: ReadonlyMap<Candidate, string>,
  budget: number,
): { readonly ordered: readonly Ordered[]; readonly tokens: number } {
  const kept: Ordered[] = [];
  let tokens = 0;
  for (const one of ordered) {
    const size = estimateTokens(contexts.get(one.candidate) || one.candidate.record.text);
    if (budget > 0 && tokens + size > budget) continue;
    kept.push(one);
    tokens += size;
  }
  return { ordered: kept, tokens };
}

/** What was found is answered with even where its strength cannot be kept. */
async function strengthen(
  { records, strengthenedTo, logger }: RecallDeps,
  ordered: readonly Ordered[],
  now: number,
): Promise<void> {
  const visits = ordered.map(({ candidate: { record } }): Visit => {
    return { seq: record.seq, at: now, strengthDays: strengthenedTo(record, now) };
  });
  if (visits.length === 0) return;
  try {
    await records.visit(visits);
  } catch (error) {
    logger.warn({ err: error }, 'Memories were recalled, and their strength could not be kept.');
  }
}

function hitOf(
  { candidate, score, rankBefore, reranked }: Ordered,
  at: number,
  query: string,
  contexts: ReadonlyMap<Candidate, string>,
  paths: ReadonlyMap<number, readonly string[]>,
): Hit {
  const { record, fused, retentionWeight } = candidate;
  return {
    record,
    score,
    sources: reranked === undefined ? fused.sources : [...fused.sources, { source: 'rerank', ...reranked }],
    rankBefore,
    rank: at + 1,
    retentionWeight,
    matched: matchedIn(query, record.text),
    path: paths.get(record.seq) ?? [],
    context: contexts.get(candidate) ?? '',
  };
}
