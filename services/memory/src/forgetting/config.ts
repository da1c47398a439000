import { z } from 'zod';

const days = z.number().positive().max(36_500);

/** The `memory.forgetting` section of holdfast.yaml. The formulas: docs/forgetting.md. */
export const ForgettingConfigSchema = z.strictObject({
  initial_days: z
    .strictObject({
      fact: days.default(30),
      experience: days.default(21),
      turn: days.default(14),
      summary: days.default(60),
    })
    .prefault({})
    .describe(
      'S of a new memory, days: after so long unvisited, 37 % of it is retained. Parts of documents do not fade.',
    ),
  growth: z
    .number()
    .min(0)
    .max(100)
    .default(3)
    .describe('How much a recall strengthens: a of S (1 + a S^-b (exp(c (1 - R)) - 1)).'),
  damping: z.number().min(0).max(1).default(0.2).describe('How much less what is strong already: b of it.'),
  spacing: z
    .number()
    .min(0)
    .max(10)
    .default(1.5)
    .describe('How much more a recall strengthens what was nearly forgotten: c of it.'),
  most_days: days.default(3650).describe('S grows up to so many days.'),
  weight_floor: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe('What is left of the score of a memory that is quite forgotten. 1: retention does not count in recall.'),
  compress: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether faded memories are summarised each day.'),
      retention: z.number().min(0).max(1).default(0.1).describe('Memories of less retention are summarised ...'),
      idle_days: z.number().min(0).default(30).describe('... where they were not recalled for so many days.'),
      similarity: z
        .number()
        .min(0)
        .max(1)
        .default(0.2)
        .describe('How alike memories of one summary are (cosine of their words).'),
      min_size: z.number().int().min(2).default(3).describe('Fewer than so many are not summarised.'),
      max_size: z.number().int().min(2).max(200).default(20).describe('More than so many make a second summary.'),
      max_tokens: z.number().int().min(50).max(4000).default(300).describe('Length of a summary.'),
    })
    .prefault({}),
});

/** The checked `memory.forgetting` section. */
export type ForgettingConfig = z.infer<typeof ForgettingConfigSchema>;
