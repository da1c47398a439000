import { agentpb, create, HoldfastError, type JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { checkOldInputs, placeInputs } from './run-inputs.ts';
import {
  ActionSchema,
  CreateRunSchema,
  ForkedSchema,
  ForkSchema,
  RUN_STATUSES,
  RunIdParams,
  RunSchema,
} from './run-schema.ts';
import { actionOf, runOf, statusOf } from './wire.ts';

const StatusList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(RUN_STATUSES)))
  .optional();

const Time = z.iso.datetime({ offset: true }).transform(Date.parse).optional();

/** Runs: created, listed, looked at, forked. */
export function runRoutes(app: App, context: ApiContext): void {
  const { agent } = context.deps;

  app.post(
    '/runs',
    {
      config: {
        access: 'runs:write',
        audit: 'run.create',
        auditFields: ['agent', 'task', 'inputs', 'parameters', 'limits', 'tags'],
      },
      schema: {
        tags: ['runs'],
        summary: 'Start a run',
        description: 'With `Idempotency-Key`, the same key starts one run only, however often the request is sent.',
        headers: z.looseObject({
          'idempotency-key': z
            .string()
            .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters')
            .optional(),
        }),
        body: CreateRunSchema,
        response: { 201: RunSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const wanted = { ...body, parameters: body.parameters as JsonObject };
      const { release, ...placed } = await placeInputs(context, identityOf(request), wanted);
      const { limits } = body;
      const starting = agent.createRun(
        create(agentpb.CreateRunRequestSchema, {
          ...placed,
          caller: callerOf(request),
          agent: body.agent,
          limits: {
            wallMs: limits.wall_ms ?? 0,
            steps: limits.steps ?? 0,
            tokens: limits.tokens ?? 0,
            costUsd: limits.cost_usd ?? 0,
          },
          tags: body.tags,
          requestKey: request.headers['idempotency-key'] ?? '',
        }),
      );
      const { run } = await starting.catch(async (error: unknown) => {
        await release();
        throw error;
      });
      const created = runOf(need(run));
      audited(request, { target: created.id });
      return reply.code(201).header('location', `/api/v1/runs/${created.id}`).send(created);
    },
  );

  app.get(
    '/runs',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['runs'],
        summary: 'List runs, newest first',
        querystring: z.strictObject({
          status: StatusList.describe(`One or more of ${RUN_STATUSES.join(', ')}, with commas between.`),
          agent: z.string().max(63).default(''),
          tag: z.string().max(100).default(''),
          search: z.string().max(200).default('').describe('In the task, id, agent or tags; case does not count.'),
          since: Time.describe('Created at or after.'),
          until: Time.describe('Created before.'),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          page: z.string().max(200).default('').describe('`next_page` of the page before.'),
        }),
        response: { 200: z.object({ runs: z.array(RunSchema), next_page: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { status, since, until, ...rest } = request.query;
      const wanted = { caller: callerOf(request), statuses: (status ?? []).map(statusOf), ...rest };
      const page = await agent.listRuns(
        create(agentpb.ListRunsRequestSchema, { ...wanted, since: since ?? 0, until: until ?? 0 }),
      );
      return { runs: page.runs.map(runOf), next_page: page.nextPage === '' ? null : page.nextPage };
    },
  );

  app.get(
    '/runs/:id',
    {
      config: { access: 'runs:read' },
      schema: { tags: ['runs'], summary: 'Look at a run', params: RunIdParams, response: { 200: RunSchema } },
    },
    async (request) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      return runOf(need((await agent.getRun(create(agentpb.GetRunRequestSchema, wanted))).run));
    },
  );

  app.get(
    '/runs/:id/actions',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['runs'],
        summary: 'List the actions of a run, oldest first',
        params: RunIdParams,
        response: { 200: z.object({ actions: z.array(ActionSchema) }) },
      },
    },
    async (request) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      const { actions } = await agent.listActions(create(agentpb.ListActionsRequestSchema, wanted));
      return { actions: actions.map(actionOf) };
    },
  );

  app.post(
    '/runs/:id/fork',
    {
      config: {
        access: 'runs:write',
        audit: 'run.fork',
        auditFields: ['seq', 'replay', 'agent', 'task', 'model'],
      },
      schema: {
        tags: ['runs'],
        summary: 'Start a new run from a checkpoint of this one',
        params: RunIdParams,
        body: ForkSchema,
        response: { 201: ForkedSchema },
      },
    },
    async (request, reply) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      const old = need((await agent.getRun(create(agentpb.GetRunRequestSchema, wanted))).run);
      // A fork reads what the old run could read: whoever forks must be allowed to name it.
      await checkOldInputs(context, identityOf(request), old);
      const forked = await agent.forkRun(create(agentpb.ForkRunRequestSchema, { ...wanted, ...request.body }));
      const created = { ...runOf(need(forked.run)), not_restored: forked.notRestored };
      return reply.code(201).header('location', `/api/v1/runs/${created.id}`).send(created);
    },
  );
}

/** The run of an answer. */
export function need(run: agentpb.Run | undefined): agentpb.Run {
  if (run) return run;
  throw new HoldfastError('INTERNAL', 'The agent service answered without a run.');
}
