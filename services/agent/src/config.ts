import { z } from 'zod';

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const limits = z.strictObject({
  wall_ms: z.number().int().positive().optional().describe('Time that a run is worked on, milliseconds.'),
  steps: z.number().int().positive().optional().describe('Model calls of a run.'),
  tokens: z.number().int().positive().optional().describe('Input plus output tokens of a run.'),
  cost_usd: z.number().positive().optional().describe('US dollars that a run may cost.'),
});

const memory = z.strictObject({
  recall_tokens: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe('Tokens of memories that a model is given before it answers a person. 0: none.'),
  learn: z
    .boolean()
    .default(true)
    .describe('Whether what a run says that is worth it is remembered when it has ended.'),
});

/** One agent of the configuration. */
export const AgentDefinitionSchema = z.strictObject({
  name: z.string().regex(NAME, 'lower-case letters, digits, - and _, at most 63'),
  description: z.string().default(''),
  description_zh: z.string().default(''),
  instructions: z.string().default(''),
  models: z.array(z.string()).default([]).describe('In the order of fallback. Empty: the default chain.'),
  tools: z.array(z.string()).optional().describe('Names of tools, in which * stands for anything. Left out: all.'),
  on_unknown: z
    .enum(['ask', 'tell'])
    .default('tell')
    .describe('A write whose outcome a crash left unknown: ask a human, or tell the model.'),
  limits: limits.prefault({}),
  memory: memory.prefault({}),
});

/** The `agent` section of holdfast.yaml. */
export const AgentConfigSchema = z.strictObject({
  agents: z.array(AgentDefinitionSchema).default([]),
  concurrency: z
    .strictObject({
      global: z.number().int().positive().default(128).describe('Runs worked on at once by this process.'),
      per_tenant: z.number().int().positive().default(112),
      per_agent: z.number().int().positive().default(128),
    })
    .prefault({}),
  memory: z
    .strictObject({
      timeout_ms: z
        .number()
        .int()
        .positive()
        .default(2000)
        .describe('How long a model call waits for memories; without them it is made all the same.'),
      learn_from_playbooks: z.boolean().default(false).describe('Whether runs of playbooks are learned from too.'),
    })
    .prefault({}),
  limits: limits.extend({ steps: z.number().int().positive().default(1000) }).prefault({}),
  lease_ms: z.number().int().min(1000).default(30_000).describe('A worker that is silent for so long is lost.'),
  recovery: z
    .strictObject({
      max_in_a_row: z
        .number()
        .int()
        .positive()
        .default(5)
        .describe('Recoveries without progress before a run is stopped.'),
      max_total: z.number().int().positive().default(100).describe('Recoveries of one run in all.'),
    })
    .prefault({}),
  pool: z
    .strictObject({
      max_idle: z.number().int().min(0).default(32).describe('Warm agent instances that are kept.'),
      idle_ms: z.number().int().positive().default(300_000),
    })
    .prefault({}),
  events: z
    .strictObject({
      window: z.number().int().positive().default(256).describe('Events that a paced viewer may lag behind.'),
      max_hold_ms: z
        .number()
        .int()
        .positive()
        .default(600_000)
        .describe('How long one stalled viewer may hold a run back.'),
    })
    .prefault({}),
});

/** The checked `agent` section. */
export type AgentConfig = z.infer<typeof AgentConfigSchema>;
/** One checked agent definition. */
export type AgentDefinition = z.infer<typeof AgentDefinitionSchema>;
