import { z } from 'zod';

/** The `memory.working` section of holdfast.yaml: the conversations at hand. */
export const WorkingConfigSchema = z.strictObject({
  store: z
    .union([z.literal('database'), z.url({ protocol: /^rediss?$/ })])
    .default('database')
    .describe('database: in storage.sql. Else the URL of a Redis.'),
  ttl_ms: z
    .number()
    .int()
    .min(1000)
    .max(30 * 24 * 3_600_000)
    .default(3_600_000)
    .describe('How long a conversation is kept after it was last read or written, milliseconds.'),
  budget_tokens: z
    .number()
    .int()
    .min(100)
    .default(4000)
    .describe('How much of a conversation is shown: the newest items, and a summary of those before them.'),
});

/** The checked `memory.working` section. */
export type WorkingConfig = z.infer<typeof WorkingConfigSchema>;
