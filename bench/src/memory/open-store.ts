import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { openSqlite } from '../../../libs/storage/src/index.ts';
import { silentLogger, systemClock } from '../../../libs/telemetry/src/index.ts';
import { createMemoryService, MemoryConfigSchema, type MemoryService } from '../../../services/memory/src/index.ts';

export const DIMENSIONS = 384;

/** The whole memory of a product in this folder, with the built-in embedder of 384 dimensions. */
export async function openStore(folder: string): Promise<MemoryService> {
  const database = await openSqlite({ dataDir: folder });
  const service = await createMemoryService({
    database,
    config: MemoryConfigSchema.parse({ embedder: { dimensions: DIMENSIONS }, vectors: { product: 'embedded' } }),
    dir: join(folder, 'vectors'),
    endpoint: { env: {}, fetch, clock: systemClock, random: Math.random },
    fetchPage: async () => {
      throw new Error('Nothing is fetched here.');
    },
    model: () => undefined,
    clock: systemClock,
    newId: () => randomUUID().replaceAll('-', ''),
    logger: silentLogger(),
  });
  return {
    ...service,
    async close() {
      await service.close();
      await database.close();
    },
  };
}
