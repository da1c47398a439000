import { randomUUID } from 'node:crypto';

import { silentLogger } from '@holdfast/telemetry';

import type { TestMemory } from '../indexer/testing.ts';
import { createEraser, type Eraser, type EraserDeps } from './eraser.ts';
import { ERASURE_SCHEMA } from './schema.ts';
import { filesStore, indexStore, lexicalStore, recordsStore, vectorsStore } from './stores.ts';

/** An eraser over the stores of a test. */
export async function createTestEraser(memory: TestMemory, fault: NonNullable<EraserDeps['fault']>): Promise<Eraser> {
  const { database, records, lexical, indexer } = memory;
  await database.migrate(ERASURE_SCHEMA);
  return createEraser({
    database,
    records,
    stores: [
      lexicalStore(database, lexical),
      vectorsStore(database),
      recordsStore(database, records),
      indexStore('embedded', async () => [(await indexer.serving()).index]),
      filesStore(database, lexical, ['memory_record']),
    ],
    now: () => memory.now,
    newId: randomUUID,
    logger: silentLogger(),
    fault,
  });
}
