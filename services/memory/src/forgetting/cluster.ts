import type { MemoryRecord } from '../record.ts';
import { cosine, type TermVector, termVectors } from './term-vector.ts';

/** How memories are put together. */
export interface ClusterOptions {
  /** Cosine of their words, 0 to 1. */
  readonly similarity: number;
  readonly minSize: number;
  readonly maxSize: number;
}

/** Memories that can be told as one, and those that stand alone. */
export interface Clusters {
  readonly clusters: readonly (readonly MemoryRecord[])[];
  readonly alone: readonly MemoryRecord[];
}

/** Of the memories that have a term so many are compared at once: all of them would take too long. */
const MOST_PER_TERM = 200;

/**
 * Puts memories together that belong to the same user and agent: the turns of one conversation in their order, others
 * where their words are alike. The oldest begins a cluster, and each that is like its first joins it until it is full.
 */
export function clusterOf(records: readonly MemoryRecord[], options: ClusterOptions): Clusters {
  const clusters: MemoryRecord[][] = [];
  const alone: MemoryRecord[] = [];
  const settle = (members: readonly MemoryRecord[]): void => {
    if (members.length >= options.minSize) clusters.push([...members]);
    else alone.push(...members);
  };
  for (const [key, members] of groupedBy(records, keyOf)) {
    const sorted = members.toSorted((a, b) => a.position - b.position || a.at - b.at || a.seq - b.seq);
    if (key.conversation) for (const part of cut(sorted, options)) settle(part);
    else for (const part of alike(sorted, options)) settle(part);
  }
  return { clusters, alone };
}

interface Key {
  readonly text: string;
  readonly conversation: boolean;
}

function keyOf({ scope, kind, group }: MemoryRecord): Key {
  const conversation = kind === 'turn' && group !== '';
  // Summaries are told together with what they are like, and not with what is told for the first time.
  const what = kind === 'summary' ? 'summary' : 'memory';
  return { text: JSON.stringify([scope.user, scope.agent, conversation ? group : what]), conversation };
}

function groupedBy(
  records: readonly MemoryRecord[],
  key: (record: MemoryRecord) => Key,
): readonly (readonly [Key, MemoryRecord[]])[] {
  const groups = new Map<string, [Key, MemoryRecord[]]>();
  for (const record of records) {
    const of = key(record);
    const group = groups.get(of.text) ?? [of, []];
    group[1].push(record);
    groups.set(of.text, group);
  }
  return [...groups.values()];
}

/** Parts of about the same size, none above the most. */
function cut(records: readonly MemoryRecord[], { maxSize }: ClusterOptions): MemoryRecord[][] {
  const parts = Math.ceil(records.length / maxSize);
  const size = Math.ceil(records.length / Math.max(1, parts));
  return Array.from({ length: parts }, (_, at) => records.slice(at * size, (at + 1) * size));
}

function alike(records: readonly MemoryRecord[], { similarity, maxSize }: ClusterOptions): MemoryRecord[][] {
  const vectors = termVectors(
    records.map(({ text }) => text),
    true,
  );
  const having = postings(vectors);
  const taken = new Set<number>();
  const parts: MemoryRecord[][] = [];
  for (const [at, record] of records.entries()) {
    const vector = vectors[at];
    if (taken.has(at) || !vector) continue;
    taken.add(at);
    const near = neighboursOf(vector, having, taken)
      .map((other) => ({ other, score: cosine(vector, vectors[other] ?? new Map()) }))
      .filter(({ score }) => score >= similarity)
      .toSorted((a, b) => b.score - a.score || a.other - b.other)
      .slice(0, maxSize - 1);
    for (const { other } of near) taken.add(other);
    const members = [record, ...near.flatMap(({ other }) => records[other] ?? [])];
    parts.push(members.toSorted((a, b) => a.at - b.at || a.seq - b.seq));
  }
  return parts;
}

function postings(vectors: readonly TermVector[]): Map<string, number[]> {
  const having = new Map<string, number[]>();
  for (const [at, vector] of vectors.entries()) {
    for (const term of vector.keys()) {
      const places = having.get(term) ?? [];
      places.push(at);
      having.set(term, places);
    }
  }
  return having;
}

/** Those that are not taken yet; what is taken leaves the lists, so that their beginnings are not gone through again. */
function neighboursOf(
  vector: TermVector,
  having: Map<string, number[]>,
  taken: ReadonlySet<number>,
): readonly number[] {
  const found = new Set<number>();
  for (const term of vector.keys()) {
    const places = having.get(term) ?? [];
    let free = places.findIndex((place) => !taken.has(place));
    if (free < 0) free = places.length;
    places.splice(0, free);
    let left = MOST_PER_TERM;
    for (const place of places) {
      if (taken.has(place)) continue;
      if (left-- === 0) break;
      found.add(place);
    }
  }
  return [...found];
}
