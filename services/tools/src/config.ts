import { z } from 'zod';

import { BrowserConfigSchema } from './browser/config.ts';
import { SecretsConfigSchema } from './browser/secrets/config.ts';

import { McpConfigSchema } from './mcp/config.ts';
import { PolicyConfigSchema } from './policy/config.ts';
import { SearchConfigSchema } from './search/config.ts';
import { SkillsConfigSchema } from './skills/config.ts';
import { FilesConfigSchema } from './store/config.ts';

/** The longest time-out that any call can have. */
export const MAX_TIMEOUT_MS = 10 * 60_000;

/** The `tools` section of holdfast.yaml. */
export const ToolsConfigSchema = z.strictObject({
  bash: z
    .strictObject({
      allow: z
        .array(z.string().regex(/^[\w.+-]+$/, 'the name of a command, without a path'))
        .default([])
        .describe('Further commands that are safe with any argument.'),
      timeout_ms: z
        .number()
        .int()
        .min(100)
        .max(MAX_TIMEOUT_MS)
        .default(30_000)
        .describe('Time-out of one call that asks for none, milliseconds.'),
    })
    .prefault({}),
  browser: BrowserConfigSchema.prefault({}),
  secrets: SecretsConfigSchema,
  files: FilesConfigSchema.prefault({}),
  skills: SkillsConfigSchema.prefault({}),
  mcp: McpConfigSchema.prefault({}),
  approvals: z
    .record(z.string(), z.enum(['always', 'none']))
    .default({})
    .describe('By tool: whether a human approves each call.'),
  policy: PolicyConfigSchema.prefault({}),
  search: SearchConfigSchema.prefault({}),
});

/** The checked `tools` section. */
export type ToolsConfig = z.infer<typeof ToolsConfigSchema>;
