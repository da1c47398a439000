import { HoldfastError } from '@holdfast/protocol';
import { type Database, select } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import { type Draft, leastTrust, type MemoryRecord, type Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import { type Clusters, clusterOf } from './cluster.ts';
import type { ForgettingConfig } from './config.ts';
import type { Curve } from './curve.ts';
import type { ForgettingFault } from './fault.ts';
import type { Summarise, Summary } from './summarise.ts';

/** What forgetting is made of. */
export interface ForgettingDeps {
  readonly database: Database;
  readonly records: Records;
  readonly curve: Curve;
  readonly summarise: Summarise;
  readonly config: ForgettingConfig;
  readonly now: () => number;
  readonly logger: Logger;
  /** Something was written: the indices have to follow. */
  readonly wake: () => void;
  readonly fault?: ForgettingFault;
}

/** Memories that became one. */
export interface Compressed {
  /** Undefined: it was only looked. */
  readonly summary: MemoryRecord | undefined;
  readonly originals: readonly MemoryRecord[];
  readonly by: Summary['by'];
}

/** What was summarised, and how many faded memories stand alone. */
export interface Compression {
  readonly compressed: readonly Compressed[];
  readonly alone: number;
}

/** Lets go of what was long not visited (ME-3): it is summarised, and its originals are archived, never deleted. */
export interface Forgetting {
  /** @param dryRun only looks */
  compress(viewer: Viewer, dryRun: boolean, signal?: AbortSignal): Promise<Compression>;
  /** Begins to do so each day for all tenants. */
  start(): void;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** The first time, so that a start is not slowed down by it. */
const FIRST_MS = 10 * 60_000;
const PAGE = 500;
/** So many faded memories are looked at in one sweep; the rest has its turn the next day. */
const MOST_AT_ONCE = 20_000;
/** A summary of summaries of summaries says nothing any more. */
const MOST_DEPTH = 3;

/** Forgetting over the records of this process. Two that sweep at once do not harm one another: what changed is left. */
export function createForgetting(deps: ForgettingDeps): Forgetting {
  const { database, records, curve, summarise, config, now, logger, wake, fault = () => undefined } = deps;
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();

  /** Where the next sweep of a tenant goes on: what stands alone must not keep what comes after it from its turn. */
  const places = new Map<string, string>();

  const faded = async (viewer: Viewer, from: string): Promise<{ found: MemoryRecord[]; next: string }> => {
    const { retention, idle_days: idle } = config.compress;
    const at = now();
    const found: MemoryRecord[] = [];
    for (let after = from; ; ) {
      const filter = { viewer, kinds: ['fact', 'experience', 'turn', 'summary'] as const };
      const page = await records.list(filter, { order: 'fading', after, limit: PAGE });
      const of = page.records.filter((record) => !record.pinned);
      const low = of.filter((record) => curve.retention(record, at) < retention);
      found.push(
        ...low.filter(
          (record) =>
            at - Math.max(record.lastRecalledAt, record.createdAt) >= idle * DAY_MS && depthOf(record) < MOST_DEPTH,
        ),
      );
      if (page.next === '' || (of.length > 0 && low.length === 0)) return { found, next: '' };
      after = page.next;
      if (found.length >= MOST_AT_ONCE) return { found, next: after };
    }
  };

  const compress = async (
    candidates: readonly MemoryRecord[],
    dryRun: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Compression> => {
    const { similarity, min_size: minSize, max_size: maxSize, max_tokens: maxTokens } = config.compress;
    const clusters: Clusters = clusterOf(candidates, { similarity, minSize, maxSize });
    const compressed: Compressed[] = [];
    for (const originals of clusters.clusters) {
      if (signal?.aborted) throw new HoldfastError('CANCELED', 'It was called off; what was summarised is kept.');
      if (dryRun) {
        compressed.push({ summary: undefined, originals, by: 'rules' });
        continue;
      }
      const { text, by } = await summarise(
        originals.map((record) => record.text),
        maxTokens,
        signal,
      );
      fault('before-replace');
      try {
        const summary = await records.replace(originals, summaryDraft(originals, text, by));
        fault('after-replace');
        compressed.push({ summary, originals, by });
        wake();
      } catch (error) {
        // One of them was recalled or changed meanwhile: it is not forgotten, and the others have their turn again.
        if (!HoldfastError.has(error, 'CONFLICT')) throw error;
      }
    }
    return { compressed, alone: clusters.alone.length };
  };

  const sweep = async (): Promise<void> => {
    const tenants = await select(database, 'select tenant from memory_record group by tenant', []);
    for (const row of tenants) {
      if (closing.signal.aborted) return;
      const viewer = { tenant: String(row['tenant']), user: '', agent: '', everybody: true };
      const { found, next } = await faded(viewer, places.get(viewer.tenant) ?? '');
      places.set(viewer.tenant, next);
      const { compressed } = await compress(found, false, closing.signal);
      if (compressed.length > 0) logger.info({ summaries: compressed.length }, 'Faded memories were summarised.');
    }
  };

  const schedule = (ms: number): void => {
    timer = setTimeout(() => {
      sweeping = sweep()
        .catch((error: unknown) => {
          if (!closing.signal.aborted) logger.error({ err: error }, 'Faded memories could not be summarised.');
        })
        .finally(() => {
          if (!closing.signal.aborted) schedule(DAY_MS);
        });
    }, ms).unref();
  };

  return {
    async compress(viewer, dryRun, signal) {
      return await compress((await faded(viewer, '')).found, dryRun, signal);
    },
    start() {
      if (config.compress.enabled && !timer) schedule(FIRST_MS);
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await sweeping;
    },
  };
}

function depthOf({ attributes }: MemoryRecord): number {
  const depth = attributes['depth'];
  return typeof depth === 'number' ? depth : 0;
}

/** As trusted as the least trusted of them. */
function summaryDraft(originals: readonly MemoryRecord[], text: string, by: Summary['by']): Draft {
  const [first] = originals;
  if (!first) throw new HoldfastError('INTERNAL', 'There is nothing to summarise.');
  const trust = leastTrust(originals);
  const times = originals.map(({ at }) => at);
  return {
    scope: first.scope,
    kind: 'summary',
    text,
    provenance: {
      trust,
      origin: 'agent',
      runId: '',
      actionId: '',
      documentId: '',
      author: '',
      evidence: '',
      location: '',
    },
    attributes: {
      summarises: originals.map(({ id }) => id),
      from: new Date(Math.min(...times)).toISOString(),
      until: new Date(Math.max(...times)).toISOString(),
      depth: 1 + Math.max(...originals.map(depthOf)),
      by,
    },
    confidence: Math.min(...originals.map(({ confidence }) => confidence)),
    at: Math.max(...times),
    state: 'active',
  };
}
