import { z } from 'zod';

/** The `tools.skills` section of holdfast.yaml. */
export const SkillsConfigSchema = z.strictObject({
  dirs: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Folders of skills, watched; the first one keeps a name that two have. Left out: skills/ of the product and <data_dir>/skills.',
    ),
  trusted: z
    .array(z.string())
    .default([])
    .describe('Names of skills whose code runs in the service itself, in a thread, with all that the service may do.'),
  env: z
    .array(z.string())
    .default([])
    .describe('Environment variables of the service that a skill is given where its rights ask for them.'),
  memory_mb: z
    .number()
    .int()
    .min(64)
    .max(4096)
    .default(256)
    .describe('JavaScript memory of one process of a skill, MiB. All of its memory is bounded by sandbox.limits.'),
  idle_ms: z
    .number()
    .int()
    .min(1000)
    .default(120_000)
    .describe('A process of a skill that nobody has called for so long ends, milliseconds.'),
  redis_url: z
    .string()
    .min(1)
    .optional()
    .describe('Redis for skills that have the right to it (redis://...). Left out: no skill gets it.'),
});

/** The checked `tools.skills` section. */
export type SkillsConfig = z.infer<typeof SkillsConfigSchema>;
