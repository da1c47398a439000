import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { GatewayDeps, ModelsAdmin, ModelVerdict } from '../deps.ts';
import type { App } from '../http/app.ts';
import type { ApiContext } from './context.ts';
import { ErrorDetailSchema } from './run-schema.ts';

/** How long a model may take to answer a check. */
const CHECK_MS = 60_000;

const ModelSchema = z
  .object({
    id: z.string().describe('provider/name.'),
    source: z.string().describe('Where it was found: configuration, environment or loopback.'),
    available: z.boolean(),
    why: z.string().describe('Where it comes from, or what is missing.'),
    is_default: z.boolean().describe('Asked where an agent names no model.'),
  })
  .meta({ id: 'Model' });

const CheckSchema = z
  .object({
    id: z.string(),
    ok: z.boolean(),
    ms: z.number().int(),
    cost_usd: z.number().nullable().describe('null: no price is known.'),
    error: ErrorDetailSchema.nullable(),
  })
  .meta({ id: 'ModelCheck' });

/** The connected models, and whether they answer. */
export function modelRoutes(app: App, { deps }: ApiContext): void {
  app.get(
    '/models',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['catalog'],
        summary: 'List the models that are connected',
        response: {
          200: z.object({ models: z.array(ModelSchema), connect: z.string().describe('How to connect a model.') }),
        },
      },
    },
    async () => {
      const models = modelsOf(deps);
      const defaults = models.defaults();
      const listed = models
        .list()
        .map(({ id, source, available, why }) => ({ id, source, available, why, is_default: defaults.includes(id) }));
      return { models: listed, connect: models.connect };
    },
  );

  app.post(
    '/models/check',
    {
      config: { access: 'admin:read', audit: 'model.check' },
      schema: {
        tags: ['admin'],
        summary: 'Call a model once, for real',
        description: 'It costs what one short answer costs. What goes wrong is in `error`.',
        body: z.strictObject({ id: z.string().min(1).max(200) }),
        response: { 200: CheckSchema },
      },
    },
    async (request, reply) => {
      const models = modelsOf(deps);
      const { id } = request.body;
      audited(request, { target: id });
      if (!models.list().some((model) => model.id === id)) {
        throw new HoldfastError('NOT_FOUND', `There is no model ${id}. GET /api/v1/models lists them.`);
      }
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const { costUsd, error, ms, ok } = await checkModel(models, id, gone.signal, CHECK_MS);
      return { id, ok, ms: Math.round(ms), cost_usd: costUsd ?? null, error: error ?? null };
    },
  );
}

/** Calls a model once, until it answers, `ms` are over, or `signal` aborts. */
export async function checkModel(
  models: Pick<ModelsAdmin, 'check'>,
  id: string,
  signal: AbortSignal,
  ms: number,
): Promise<ModelVerdict> {
  const late = AbortSignal.timeout(ms);
  const verdict = await models.check(id, AbortSignal.any([late, signal]));
  if (verdict.ok || !late.aborted) return verdict;
  const error = { code: 'TIMED_OUT', message: `${id} did not answer within ${ms / 1000} s.` } as const;
  return { ...verdict, error };
}

function modelsOf({ models }: GatewayDeps): ModelsAdmin {
  if (models) return models;
  throw new HoldfastError('UNAVAILABLE', 'The models cannot be seen from this server.');
}
