import { type InputRequiredResult, SdkError, SdkErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import { agentpb, create, type JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { placeInputs } from '../api/run-inputs.ts';
import { AgentSchema, AnswerSchema, CreateRunSchema, RunIdParams } from '../api/run-schema.ts';
import { need } from '../api/runs.ts';
import { agentOf } from '../api/wire.ts';
import type { McpCaller } from './caller.ts';
import type { McpInstance } from './instance.ts';
import { progressTo } from './progress.ts';
import { askedIn, askUser, passAnswer } from './questions.ts';
import { tool, type ToolAnswer } from './result.ts';
import { runAnswer, RunAnswerSchema } from './run-answer.ts';
import { waitForRun } from './wait.ts';

const RunId = RunIdParams.shape.id.describe('As run_agent or start_run gave it.');
const StartSchema = CreateRunSchema.extend({
  request_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters')
    .optional()
    .describe('The same key starts one run only, however often the call is repeated.'),
});
const RunAgentSchema = StartSchema.extend({
  detach: z.boolean().default(false).describe('The run goes on when this call is cancelled.'),
});

/** Tools that start and steer runs. */
export function registerAgentTools(instance: McpInstance): void {
  const { caller, context, server } = instance;
  const { agent, clock } = context.deps;
  const wait = (by: McpCaller, runId: string, ctx: ServerContext) =>
    waitForRun({
      agent,
      caller: by.toCaller(),
      runId,
      progress: progressTo(ctx, () => clock.monotonic()),
      signal: ctx.mcpReq.signal,
    });
  /** Waits, and asks the user of the client what the run asks, until it needs nobody any more or nobody answers. */
  const follow = async (
    by: McpCaller,
    runId: string,
    ctx: ServerContext,
  ): Promise<ToolAnswer | InputRequiredResult> => {
    const asked = askedIn(ctx);
    const isAnswered = asked === undefined || (await passAnswer(instance, by, asked, ctx));
    const run = await wait(by, asked?.runId ?? runId, ctx);
    return (isAnswered ? await askUser(instance, by, run, ctx) : undefined) ?? runAnswer(run);
  };

  server.registerTool(
    'list_agents',
    {
      title: 'List agents',
      description: 'The agents and playbooks that can be run, with the parameters that a playbook takes.',
      inputSchema: z.strictObject({}),
      outputSchema: z.object({ agents: z.array(AgentSchema) }),
      annotations: { readOnlyHint: true },
    },
    tool('runs:read', async (_args, by) => {
      const { agents } = await agent.listAgents(create(agentpb.ListAgentsRequestSchema, { caller: by.toCaller() }));
      const shown = agents.map(agentOf);
      const text = shown.map(({ description, name, unavailable }) =>
        [`- ${name}: ${description}`, unavailable ?? ''].filter((part) => part !== '').join(' Cannot run now: '),
      );
      return { text: text.join('\n'), value: { agents: shown } };
    }),
  );

  server.registerTool(
    'get_run',
    {
      title: 'Look at a run',
      description: 'How a run stands, and its answer. With `wait`, first waits until it has ended or asks somebody.',
      inputSchema: z.strictObject({ run_id: RunId, wait: z.boolean().default(false) }),
      outputSchema: RunAnswerSchema,
      annotations: { readOnlyHint: true },
    },
    tool('runs:read', async ({ run_id: runId, wait: waits }, by, ctx) => {
      if (waits) return follow(by, runId, ctx);
      const wanted = create(agentpb.GetRunRequestSchema, { caller: by.toCaller(), runId });
      return runAnswer(need((await agent.getRun(wanted)).run));
    }),
  );

  if (caller.has('runs:write')) {
    server.registerTool(
      'run_agent',
      {
        title: 'Run an agent',
        description:
          'Starts a run of an agent or a playbook and waits, telling progress, until it has ended or asks somebody. ' +
          'Cancelling the call cancels the run, unless `detach` is true.',
        inputSchema: RunAgentSchema,
        outputSchema: RunAnswerSchema,
      },
      tool('runs:write', async ({ detach, ...wanted }, by, ctx) => {
        const id = askedIn(ctx)?.runId ?? (await startRun(instance, by, wanted)).id;
        try {
          return await follow(by, id, ctx);
        } catch (error) {
          if (!detach && isCancelled(instance, ctx)) await cancelRun(instance, by, id, 'The MCP call was cancelled.');
          throw error;
        }
      }),
    );

    server.registerTool(
      'start_run',
      {
        title: 'Start a run',
        description: 'Starts a run of an agent or a playbook and does not wait for it: look at it with get_run.',
        inputSchema: StartSchema,
        outputSchema: RunAnswerSchema,
      },
      tool('runs:write', async (wanted, by) => runAnswer(await startRun(instance, by, wanted))),
    );

    server.registerTool(
      'cancel_run',
      {
        title: 'Cancel a run',
        description: 'Ends a run now, with everything that it has started.',
        inputSchema: z.strictObject({ run_id: RunId, reason: z.string().max(2000).default('') }),
        outputSchema: RunAnswerSchema,
        annotations: { destructiveHint: true, idempotentHint: true },
      },
      tool('runs:write', async ({ reason, run_id: runId }, by) =>
        runAnswer(await cancelRun(instance, by, runId, reason)),
      ),
    );
  }

  if (caller.has('runs:approve')) {
    server.registerTool(
      'answer_question',
      {
        title: 'Answer a question of a run',
        description:
          'Answers what a run asks somebody: an approval, a question, or what became of an action. Ask the user first: ' +
          'an approval lets the run do what it asks for.',
        inputSchema: AnswerSchema.extend({ run_id: RunId }),
        outputSchema: RunAnswerSchema,
        annotations: { destructiveHint: true },
      },
      tool('runs:approve', async ({ action_id: actionId, arguments: changed, choice, run_id: runId, text }, by) => {
        const answer = create(agentpb.AnswerQuestionRequestSchema, {
          caller: by.toCaller(),
          runId,
          actionId,
          choice,
          text,
          ...(changed === undefined ? {} : { arguments: changed as JsonObject }),
        });
        return runAnswer(need((await agent.answerQuestion(answer)).run));
      }),
    );
  }
}

async function startRun(
  { context }: McpInstance,
  by: McpCaller,
  wanted: z.output<typeof StartSchema>,
): Promise<agentpb.Run> {
  const { agent, limits, parameters, request_key: requestKey = '', tags, ...rest } = wanted;
  const asked = { ...rest, agent, parameters: parameters as JsonObject };
  const { release, ...placed } = await placeInputs(context, by.identity, asked);
  const request = create(agentpb.CreateRunRequestSchema, {
    ...placed,
    caller: by.toCaller(),
    agent,
    limits: {
      wallMs: limits.wall_ms ?? 0,
      steps: limits.steps ?? 0,
      tokens: limits.tokens ?? 0,
      costUsd: limits.cost_usd ?? 0,
    },
    tags,
    requestKey,
  });
  try {
    return need((await context.deps.agent.createRun(request)).run);
  } catch (error) {
    await release();
    throw error;
  }
}

async function cancelRun({ context }: McpInstance, by: McpCaller, runId: string, reason: string): Promise<agentpb.Run> {
  const request = create(agentpb.CancelRunRequestSchema, { caller: by.toCaller(), runId, reason });
  return need((await context.deps.agent.cancelRun(request)).run);
}

/**
 * Whether the client wants no more of this call, or is only gone. Until 2025-11-25 it says so, and a lost connection means
 * nothing; from 2026-07-28 on, over HTTP, closing the connection is how it says so.
 */
function isCancelled({ era, isClosing }: McpInstance, { mcpReq: { signal } }: ServerContext): boolean {
  if (!signal.aborted || isClosing()) return false;
  const reason: unknown = signal.reason;
  const isGone = reason instanceof SdkError && reason.code === SdkErrorCode.ConnectionClosed;
  return era === 'modern' || !isGone;
}
