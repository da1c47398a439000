import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { type Embedder, EmbedderConfigSchema, openEmbedder } from '@holdfast/models';
import { silentLogger } from '@holdfast/telemetry';

import { recordsIn, type TestRecords } from '../records/testing.ts';
import { embeddedVectors } from '../vectors/embedded.ts';
import type { VectorFault } from '../vectors/fault.ts';
import type { VectorIndex, VectorIndexes } from '../vectors/vectors.ts';
import { indexCheck } from '../verify/vector-index.ts';
import { lexicalCheck, originalsCheck, orphansCheck, vectorsCheck } from '../verify/records.ts';
import { verify, type Verified } from '../verify/verify.ts';
import type { RecordsFault } from '../records/fault.ts';
import type { IndexerFault } from './fault.ts';
import { createIndexer, type Indexer, type IndexerDeps } from './indexer.ts';

/** Records with their indexer, as a process has them. */
export interface TestMemory extends TestRecords {
  readonly indexes: VectorIndexes;
  readonly indexer: Indexer;
  verify(repair?: boolean): Promise<Verified>;
}

/** The lexical embedder with so many dimensions; each number makes another embedder. */
export async function embedderOf(dimensions: number): Promise<Embedder> {
  const config = EmbedderConfigSchema.parse({ dimensions });
  const nothing = () => Promise.reject(new Error('the lexical embedder asks nobody'));
  return await openEmbedder(config, {
    env: {},
    fetch: nothing,
    clock: { now: () => 0 },
    random: () => 0,
  });
}

/** Opens a lexical embedder again by what was remembered of it. */
export const reopened: IndexerDeps['previous'] = async (_, spec) => await embedderOf(Number(spec['dimensions']));

/** How a memory is opened for a test. */
export interface TestMemoryOptions extends Partial<Pick<IndexerDeps, 'previous' | 'followers' | 'embedder'>> {
  readonly dimensions?: number;
  readonly recordsFault?: RecordsFault;
  readonly indexerFault?: IndexerFault;
  readonly vectorFault?: VectorFault;
  readonly monotonic?: () => number;
  /** Puts something between the indexer and its index. */
  readonly wrap?: (index: VectorIndex) => VectorIndex;
}

/** Opens records, the embedded index and the indexer in this folder. */
export async function memoryIn(dataDir: string, options: TestMemoryOptions = {}): Promise<TestMemory> {
  const { dimensions = 64, recordsFault, indexerFault, vectorFault, wrap } = options;
  const opened = await recordsIn(dataDir, {
    ...(recordsFault ? { fault: recordsFault } : {}),
    newId: randomUUID,
  });
  const { database, records, lexical } = opened;
  const indexes = embeddedVectors(join(dataDir, 'vectors'), vectorFault ? { fault: vectorFault } : {});
  const embedder = options.embedder ?? (await embedderOf(dimensions));
  const indexer = createIndexer({
    database,
    records,
    indexes: wrap ? { ...indexes, open: async (...asked) => wrap(await indexes.open(...asked)) } : indexes,
    embedder,
    spec: { dimensions: embedder.dimensions },
    previous: options.previous ?? reopened,
    followers: options.followers ?? [],
    monotonic: options.monotonic ?? (() => performance.now()),
    logger: silentLogger(),
    retry: { firstMs: 5, mostMs: 50 },
    ...(indexerFault ? { fault: indexerFault } : {}),
  });
  const checks = [
    lexicalCheck(database, records, lexical),
    vectorsCheck(database, async () => (await indexer.serving()).embedder),
    indexCheck(database, records, () => indexer.serving()),
    originalsCheck(database),
    orphansCheck(database),
  ];
  return Object.assign(opened, {
    indexes,
    indexer,
    verify: (repair = false) => verify(checks, { repair, settle: () => indexer.settled() }),
    close: async () => {
      await indexer.close();
      await indexes.close();
      await embedder.close();
      await database.close();
    },
  });
}
