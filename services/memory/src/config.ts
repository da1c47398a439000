import { EmbedderConfigSchema, RerankerConfigSchema } from '@holdfast/models';
import { z } from 'zod';

import { ForgettingConfigSchema } from './forgetting/config.ts';
import { GraphConfigSchema } from './graph/config.ts';
import { DocumentsConfigSchema } from './ingest/config.ts';
import { LearningConfigSchema } from './learn/config.ts';
import { RecallConfigSchema } from './recall/config.ts';
import { VectorsConfigSchema } from './vectors/config.ts';
import { WorkingConfigSchema } from './working/config.ts';

/** The `memory` section of holdfast.yaml. */
export const MemoryConfigSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('false: agents remember nothing, and nothing is read of what they know.'),
  working: WorkingConfigSchema.prefault({}),
  vectors: VectorsConfigSchema.prefault({}),
  graph: GraphConfigSchema.prefault({}),
  embedder: EmbedderConfigSchema.prefault({}),
  reranker: RerankerConfigSchema.prefault({}),
  recall: RecallConfigSchema,
  documents: DocumentsConfigSchema.prefault({}),
  learning: LearningConfigSchema.prefault({}),
  forgetting: ForgettingConfigSchema.prefault({}),
});

/** The checked `memory` section. */
export type MemoryConfig = z.infer<typeof MemoryConfigSchema>;
