import { z } from 'zod';

/** The `memory.learning` section of holdfast.yaml: what is kept after a run. */
export const LearningConfigSchema = z.strictObject({
  model: z
    .array(z.string())
    .default([])
    .describe('Models that say what to keep and write summaries, in the order of fallback. Empty: the default chain.'),
  timeout_ms: z
    .number()
    .int()
    .min(1000)
    .default(60_000)
    .describe('How long a model may take for one text. Then rules do it, in the words that are there.'),
  max_memories: z.number().int().min(0).max(100).default(12).describe('How many memories of one run are kept at most.'),
});

/** The checked `memory.learning` section. */
export type LearningConfig = z.infer<typeof LearningConfigSchema>;
