import { z } from 'zod';

/** A name, in which * stands for anything. */
const Pattern = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/{}[\]!?]+$/, 'a name, in which * stands for anything');

const LONGEST_MS = 10 * 60_000;
const usd = () => z.number().min(0).max(1_000_000);

const RuleSchema = z.strictObject({
  tools: z.array(Pattern).min(1).describe('Names of tools; * stands for anything: mcp__stripe__*.'),
  tenants: z.array(Pattern).min(1).optional().describe('For whom. Left out: everybody.'),
  access: z.enum(['allow', 'deny']).optional().describe('Whether they may be called. A denied tool is not shown.'),
  approval: z.enum(['always', 'none']).optional().describe('Whether a human approves each call.'),
  timeout_ms: z
    .int()
    .min(100)
    .max(LONGEST_MS)
    .optional()
    .describe('The longest time of one call, milliseconds: it shortens what the tool has, and never lengthens it.'),
  max_result_bytes: z
    .int()
    .min(1024)
    .max(1024 * 1024)
    .optional()
    .describe('What of a result is shown to the model, bytes of JSON. The rest is kept in a file.'),
  usd_per_call: usd().optional().describe('What one call costs, US dollars.'),
  rate: z
    .strictObject({
      calls: z.int().min(1).max(1_000_000),
      per: z.enum(['minute', 'hour']),
      of: z.enum(['tenant', 'run']).default('tenant').describe('Whose calls are counted together.'),
    })
    .optional()
    .describe('How often the tools of this rule may be called, all together.'),
  budget: z
    .strictObject({
      run_usd: usd().optional().describe('What one run may spend.'),
      tenant_day_usd: usd().optional().describe('What one tenant may spend on one day (UTC).'),
    })
    .optional()
    .describe('What the tools of this rule may cost, all together, US dollars.'),
});

/** The `tools.policy` section of holdfast.yaml. */
export const PolicyConfigSchema = z.strictObject({
  max_result_bytes: z
    .int()
    .min(1024)
    .max(1024 * 1024)
    .default(64 * 1024)
    .describe('What of a result of a tool that is not shipped (MCP, skills) is shown to the model, bytes of JSON.'),
  rules: z
    .array(RuleSchema)
    .max(1000)
    .default([])
    .describe('Of several rules that fit, the last one that says something of it counts; rates and budgets all hold.'),
});

/** The checked `tools.policy` section. */
export type PolicyConfig = z.infer<typeof PolicyConfigSchema>;

/** One rule of it. */
export type PolicyRule = PolicyConfig['rules'][number];
