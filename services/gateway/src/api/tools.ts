import { agentpb, commonpb, create, type JsonObject, toolspb } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { ErrorDetailSchema, ToolSchema } from './run-schema.ts';
import { need } from './runs.ts';
import { EFFECT_WORDS, toolOf } from './wire.ts';

const ToolBudgetSchema = z
  .object({
    tools: z.string().describe('The patterns of the rule.'),
    of: z.enum(['run', 'day']),
    limit_usd: z.number(),
    spent_usd: z.number(),
  })
  .meta({ id: 'ToolBudget' });

const ToolRateSchema = z
  .object({
    tools: z.string().describe('The patterns of the rule.'),
    calls: z.number().int(),
    per: z.enum(['minute', 'hour']),
    of: z.enum(['tenant', 'run']).describe('Whose calls are counted together.'),
    left: z.number().int().describe('Calls that may be made now.'),
    wait_ms: z.number().describe('Until there is one, where none is left.'),
  })
  .meta({ id: 'ToolRate' });

const DryRunSchema = z
  .object({
    effect: z.enum(['read', 'idempotent', 'write']).nullable(),
    approval: z.enum(['none', 'always']),
    timeout_ms: z.number().int(),
    problem: ErrorDetailSchema.nullable().describe('Why the call cannot be made now; null: it can.'),
    cost_usd: z.number().describe('By tools.policy.'),
    rates: z.array(ToolRateSchema),
    budgets: z.array(ToolBudgetSchema),
    max_result_bytes: z.number().int().describe('What of the result a model would be shown.'),
    preview: z.record(z.string(), z.unknown()).nullable().describe('What the tool says that it would do.'),
    no_preview: z.string().describe('Why there is no preview.'),
  })
  .meta({ id: 'ToolDryRun' });

const UsageSchema = z
  .object({
    day: z.string().describe('UTC.'),
    tool: z.string(),
    calls: z.number(),
    failed: z.number(),
    cost_usd: z.number(),
  })
  .meta({ id: 'ToolUsage' });

const NameParams = z.object({ name: z.string().min(1).max(200) });

/** Finding tools, what their calls would do, and what they have cost. */
export function toolRoutes(app: App, { deps }: ApiContext): void {
  const { agent, tools } = deps;
  /** The folders of a run; the agent service says first whether the caller may see it. */
  const mountsOf = async (request: FastifyRequest, runId: string | undefined) => {
    if (runId === undefined) return {};
    const wanted = create(agentpb.GetRunRequestSchema, { caller: callerOf(request), runId });
    const { workspace } = need((await agent.getRun(wanted)).run);
    return { runId, mounts: create(commonpb.MountsSchema, { workspace }) };
  };

  app.get(
    '/tools/search',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['catalog'],
        summary: 'Find tools by what they are for, as agents do',
        querystring: z.object({
          q: z.string().trim().min(1).max(500).describe('What the tool should do, or its name.'),
          limit: z.coerce.number().int().min(1).max(50).default(10),
        }),
        response: { 200: z.object({ tools: z.array(ToolSchema) }) },
      },
    },
    async (request) => {
      const { q: query, limit } = request.query;
      const wanted = create(toolspb.FindToolsRequestSchema, { caller: callerOf(request), query, limit });
      return { tools: (await tools.findTools(wanted)).tools.map(toolOf) };
    },
  );

  app.get(
    '/tools/usage',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['catalog'],
        summary: 'How often tools were called, and what that cost',
        querystring: z.object({ since: z.iso.date().optional().describe('The first day (UTC). Left out: today.') }),
        response: {
          200: z.object({
            usage: z.array(UsageSchema),
            budgets: z.array(ToolBudgetSchema).describe('Those of today.'),
          }),
        },
      },
    },
    async (request) => {
      const { since = '' } = request.query;
      const told = await tools.listUsage(create(toolspb.ListUsageRequestSchema, { caller: callerOf(request), since }));
      const usage = told.usage.map(({ day, tool, calls, failed, costUsd }) => ({
        day,
        tool,
        calls,
        failed,
        cost_usd: costUsd,
      }));
      return { usage, budgets: told.budgets.map(budgetOf) };
    },
  );

  app.post(
    '/tools/:name/dry-run',
    {
      config: { access: 'runs:read', audit: 'tool.dry_run' },
      schema: {
        tags: ['catalog'],
        summary: 'Say what a call of a tool would do, without making it',
        description: 'Nothing is taken from rates and budgets. With a run, the preview looks at its workspace.',
        params: NameParams,
        body: z.strictObject({
          arguments: z.record(z.string(), z.unknown()).default({}),
          run_id: z.string().min(1).max(200).optional(),
        }),
        response: { 200: DryRunSchema },
      },
    },
    async (request) => {
      const { name: tool } = request.params;
      const { run_id: runId, arguments: given } = request.body;
      audited(request, { target: tool });
      const told = await tools.dryRun(
        create(toolspb.DryRunRequestSchema, {
          caller: callerOf(request),
          tool,
          arguments: given as JsonObject,
          ...(await mountsOf(request, runId)),
        }),
      );
      return dryRunOf(told);
    },
  );
}

function dryRunOf(told: toolspb.DryRunResponse): z.output<typeof DryRunSchema> {
  const { call } = told;
  return {
    effect: call ? EFFECT_WORDS[call.effect] : null,
    approval: call?.approval === toolspb.Approval.ALWAYS ? 'always' : 'none',
    timeout_ms: call?.timeoutMs ?? 0,
    problem: call?.problem ? { code: call.problem.code, message: call.problem.message } : null,
    cost_usd: told.costUsd,
    rates: told.rates.map(({ tools, calls, per, of, left, waitMs }) => ({
      tools,
      calls,
      per: per === 'hour' ? 'hour' : 'minute',
      of: of === 'run' ? 'run' : 'tenant',
      left,
      wait_ms: waitMs,
    })),
    budgets: told.budgets.map(budgetOf),
    max_result_bytes: told.maxResultBytes,
    preview: told.preview ?? null,
    no_preview: told.noPreview,
  };
}

function budgetOf({ tools, of, limitUsd, spentUsd }: toolspb.ToolBudget): z.output<typeof ToolBudgetSchema> {
  return { tools, of: of === 'run' ? 'run' : 'day', limit_usd: limitUsd, spent_usd: spentUsd };
}
