import type { MemoryRecord, RecordFilter } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { RecallConfig } from './config.ts';
import { type Fused, fuse } from './fuse.ts';
import { gather, type Gathered, type Sources } from './gather.ts';
import { hintOf } from './hints.ts';
import type { Query } from './query.ts';
import { stretchOf } from './time.ts';

/** A memory that may be an answer. */
export interface Candidate {
  readonly record: MemoryRecord;
  /** By which it stands in order. */
  readonly score: number;
  readonly fused: Fused;
  readonly retentionWeight: number;
}

/** What was found, in order, and how. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly gathered: Gathered;
  readonly tookMs: Readonly<Record<string, number>>;
}

/** What finding needs. */
export interface Finding {
  readonly sources: Sources;
  readonly config: RecallConfig;
  /** What retention multiplies a score by. */
  readonly weightOf: (record: MemoryRecord, now: number) => number;
  readonly now: number;
  readonly monotonic: () => number;
}

/** Hints and retention change the order: so many times more than asked for are weighed. */
const WEIGHED = 5;
const LEAST_WEIGHED = 60;
/** A narrow filter leaves little of what the sources find, so that they are asked again for more, up to so many. */
const FOR_FILTER = 4;
const MOST_ASKED = 6_400;

/** Finds, fuses and weighs until `enough` memories fit the filter, or there are no more. */
export async function findCandidates(
  { sources, config, weightOf, now, monotonic }: Finding,
  query: Query,
  filter: RecordFilter,
  enough: number,
  signal: AbortSignal | undefined,
): Promise<Candidates> {
  const narrow = isNarrow(filter);
  const stretch = config.hints ? stretchOf(query.text, now) : undefined;
  const took: Record<string, number> = {};
  const spent = (stage: string, ms: number) => {
    took[stage] = (took[stage] ?? 0) + ms;
  };
  for (let ask = Math.max(config.candidates, 2 * enough) * (narrow ? FOR_FILTER : 1); ; ask *= 4) {
    const gathered = await gather(sources, config, monotonic, { viewer: filter.viewer, query, limit: ask, signal });
    for (const [stage, ms] of Object.entries(gathered.tookMs)) spent(stage, ms);
    let began = monotonic();
    const fused = fuse(gathered.found);
    spent('fuse', monotonic() - began);
    began = monotonic();
    const weighed = narrow ? fused : fused.slice(0, Math.max(LEAST_WEIGHED, WEIGHED * enough));
    const loaded = await load(sources.records, filter, weighed);
    spent('load', monotonic() - began);
    if (loaded.size < enough && !gathered.exhausted && ask < MOST_ASKED) continue;
    const candidates = weighed.flatMap((one): Candidate[] => {
      const record = loaded.get(one.seq);
      if (record === undefined) return [];
      const retentionWeight = weightOf(record, now);
      const hint = config.hints ? hintOf(query, stretch, record) : 1;
      return [{ record, fused: one, retentionWeight, score: one.score * hint * retentionWeight }];
    });
    return { candidates: candidates.sort(byScore), gathered, tookMs: took };
  }
}

async function load(
  records: Records,
  filter: RecordFilter,
  wanted: readonly Fused[],
): Promise<ReadonlyMap<number, MemoryRecord>> {
  if (wanted.length === 0) return new Map();
  const loaded = await records.bySeq(
    filter,
    wanted.map(({ seq }) => seq),
  );
  return new Map(loaded.map((record) => [record.seq, record]));
}

function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || b.record.seq - a.record.seq;
}

function isNarrow(filter: RecordFilter): boolean {
  const { viewer: _viewer, states: _states, ...bounds } = filter;
  return Object.values(bounds).some((bound) => bound !== undefined && (!Array.isArray(bound) || bound.length > 0));
}
