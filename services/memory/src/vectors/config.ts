import { z } from 'zod';

/** The `memory.vectors` section of holdfast.yaml: where the dense vectors of memories are searched. */
export const VectorsConfigSchema = z.strictObject({
  product: z
    .enum(['auto', 'embedded', 'pgvector', 'milvus'])
    .default('auto')
    .describe(
      'auto: pgvector where the storage is PostgreSQL and the extension can be had, else embedded (files of this machine).',
    ),
  milvus: z
    .strictObject({
      url: z.string().default('').describe('Address of Milvus: host:port, or http:// or https:// and both.'),
      token: z.string().default('').describe('API key, or user:password. Empty: none.'),
      database: z.string().default('default').describe('The database in Milvus.'),
    })
    .prefault({}),
});

/** The checked `memory.vectors` section. */
export type VectorsConfig = z.infer<typeof VectorsConfigSchema>;
