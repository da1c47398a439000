import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';

import type { VectorsConfig } from './config.ts';
import { embeddedVectors } from './embedded.ts';
import { milvusVectors } from './milvus.ts';
import { hasPgvector, pgvectorVectors } from './pgvector.ts';
import type { VectorIndexes } from './vectors.ts';

/** Where vectors can be kept. */
export interface OpenVectorsDeps {
  readonly database: Database;
  /** For the files of embedded indices. */
  readonly dir: string;
}

/**
 * The product that the configuration names. auto: pgvector where the storage is PostgreSQL and has the extension or can
 * make it, else embedded.
 *
 * Throws CONFIG_INVALID where the product cannot be with this storage; with auto, what asking PostgreSQL throws.
 */
export async function openVectors(config: VectorsConfig, { database, dir }: OpenVectorsDeps): Promise<VectorIndexes> {
  switch (config.product) {
    case 'embedded':
      return embeddedVectors(dir);
    case 'milvus':
      if (config.milvus.url === '') {
        throw new HoldfastError(
          'CONFIG_INVALID',
          'memory.vectors.product is milvus: set memory.vectors.milvus.url too.',
        );
      }
      return milvusVectors(config.milvus);
    case 'pgvector':
      if (database.dialect !== 'postgres') {
        throw new HoldfastError(
          'CONFIG_INVALID',
          'memory.vectors.product is pgvector, but the storage is no PostgreSQL. Set storage to PostgreSQL, or the ' +
            'product to auto or embedded.',
        );
      }
      return pgvectorVectors(database);
    case 'auto':
      return (await hasPgvector(database)) ? pgvectorVectors(database) : embeddedVectors(dir);
  }
}
