import { z } from 'zod';

export const RUN_STATUSES = ['queued', 'running', 'waiting', 'held', 'succeeded', 'failed', 'canceled'] as const;

const time = z.iso.datetime().nullable();
const struct = z.record(z.string(), z.unknown());

/** One documented error, as it stands in answers. */
export const ErrorDetailSchema = z
  .object({
    code: z.string().describe('One of the codes of docs/errors.md.'),
    message: z.string().describe('What happened, what was kept, and what to do next.'),
    details: struct.optional(),
  })
  .meta({ id: 'ErrorDetail' });

/** The body of every answer that is not a success. */
export const ErrorResponseSchema = z
  .object({ error: ErrorDetailSchema })
  .meta({ id: 'ErrorResponse', description: 'What every answer that is not a success holds.' });

export const UsageSchema = z
  .object({
    input_tokens: z.number(),
    output_tokens: z.number(),
    cached_input_tokens: z.number(),
    cost_usd: z.number().nullable().describe('For what has a known price; null where nothing has.'),
    cost_unknown: z.boolean().describe('True: part of the usage has no known price; the cost is a lower bound.'),
  })
  .meta({ id: 'Usage' });

export const LimitsSchema = z.object({
  wall_ms: z.number().nullable(),
  steps: z.number().nullable(),
  tokens: z.number().nullable(),
  cost_usd: z.number().nullable(),
});

export const QuestionSchema = z
  .object({
    action_id: z.string(),
    kind: z.string().describe('approval, ask_human or unknown_outcome.'),
    text: z.string(),
    tool: z.string().nullable(),
    arguments: struct.nullable(),
    choices: z.array(z.string()),
  })
  .meta({ id: 'Question' });

export const RunSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    playbook: z.boolean().describe('True: a deterministic playbook, no language model.'),
    task: z.string(),
    status: z.enum(RUN_STATUSES),
    created_at: time,
    started_at: time,
    ended_at: time,
    seq: z.number().int().describe('Number of journal records; a fork names one of them.'),
    steps: z.number().int(),
    usage: UsageSchema,
    limits: LimitsSchema.describe('null: no limit of its own.'),
    recoveries: z.number().int(),
    output: z.string().describe('The final answer; empty while there is none.'),
    error: ErrorDetailSchema.nullable(),
    questions: z.array(QuestionSchema),
    artifacts: z.array(z.string()),
    inputs: z.array(z.object({ name: z.string(), path: z.string() })),
    parameters: struct,
    forked_from: z.string().nullable(),
    forked_at: z.number().int().nullable(),
    replay: z.boolean(),
    tags: z.array(z.string()),
    isolation: z.string(),
    created_by: z.string(),
    workspace: z.string().describe('The folder with what it made, on the host.'),
  })
  .meta({ id: 'Run' });

export const ActionSchema = z
  .object({
    id: z.string(),
    kind: z.string().describe('model, tool or question.'),
    name: z.string(),
    arguments: struct.nullable(),
    effect: z.enum(['read', 'idempotent', 'write']).nullable(),
    attempt: z.number().int(),
    intent_seq: z.number().int(),
    outcome_seq: z.number().int().nullable(),
    intent_at: time,
    outcome_at: time,
    outcome: z.string().describe('pending, ok, error, denied, unknown or canceled.'),
    result: struct.nullable(),
    settled: z
      .string()
      .nullable()
      .describe('How it was settled after a crash: rerun, reconciled, unknown; or replayed.'),
    usage: UsageSchema.nullable(),
    idempotency_key: z.string().nullable(),
  })
  .meta({ id: 'Action' });

export const AgentSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    description_zh: z.string(),
    playbook: z.boolean(),
    models: z.array(z.string()),
    tools: z.array(z.string()),
    unavailable: z.string().nullable().describe('Why it cannot run now and what to do.'),
    parameters: struct.describe("JSON Schema of a playbook's input."),
  })
  .meta({ id: 'Agent' });

export const ToolSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    parameters: struct,
    effect: z.enum(['read', 'idempotent', 'write']).nullable(),
    approval: z.enum(['none', 'always']),
    reconcilable: z.boolean(),
    timeout_ms: z.number().int(),
    asks_human: z.boolean(),
    deferred: z.boolean().describe('Not shown to a model until find_tools has named it.'),
    source: z.string().describe('builtin, browser, files, skills or mcp.'),
  })
  .meta({ id: 'Tool' });

/** What may be asked of a new run. */
export const CreateRunSchema = z.strictObject({
  agent: z.string().min(1).max(63).describe('An agent or a playbook.'),
  task: z.string().default(''),
  inputs: z
    .array(
      z
        .strictObject({
          name: z
            .string()
            .max(100)
            .default('')
            .describe('It appears as /input/<name>. Left out: the last part of the path.'),
          path: z.string().min(1).max(4096).optional().describe('Absolute path on the host; mounted read-only.'),
          upload: z.string().min(1).max(100).optional().describe('The id of an uploaded file, in place of a path.'),
        })
        .refine(
          ({ path, upload }) => (path === undefined) !== (upload === undefined),
          'names either a path or an upload',
        ),
    )
    .max(100)
    .default([]),
  parameters: struct.default({}).describe('Of a playbook.'),
  limits: z
    .strictObject({
      wall_ms: z.number().positive().optional(),
      steps: z.number().int().positive().max(4_294_967_295).optional(),
      tokens: z.number().positive().optional(),
      cost_usd: z.number().positive().optional(),
    })
    .default({}),
  tags: z.array(z.string().min(1).max(100)).max(50).default([]),
});

/** What may be asked of a fork. */
export const ForkSchema = z.strictObject({
  seq: z
    .number()
    .int()
    .min(0)
    .max(4_294_967_295)
    .default(0)
    .describe('The last journal record to keep. 0: the run as created.'),
  replay: z.boolean().default(false).describe('Use recorded outcomes instead of acting.'),
  agent: z.string().max(63).default(''),
  task: z.string().default(''),
  model: z.string().max(200).default(''),
});

/** A run that was forked. */
export const ForkedSchema = RunSchema.extend({
  not_restored: z
    .array(z.string())
    .describe('Files whose content at the checkpoint was not kept: they are as they are now in the old run.'),
}).meta({ id: 'ForkedRun' });

/** The answer to a question of a run. */
export const AnswerSchema = z.strictObject({
  action_id: z.string().min(1).max(200),
  choice: z.string().max(200).default('').describe('approve or deny; happened, retry or failed; empty for ask_human.'),
  text: z.string().default('').describe('The answer to ask_human, or the reason of a denial.'),
  arguments: struct.optional().describe('An approval may change the arguments.'),
});

export const RunIdParams = z.object({ id: z.string().min(1).max(200) });
