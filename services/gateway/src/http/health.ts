import { agentpb, create } from '@holdfast/protocol';
import { sql } from 'kysely';
import { z } from 'zod';

import type { GatewayDeps } from '../deps.ts';
import type { App } from './app.ts';

/** Whether work can be taken, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

const ReadySchema = z.object({ ready: z.boolean(), reason: z.string() });

/** Asks the database and the agent service. Never throws: an outage is an answer. */
export async function readiness(deps: Pick<GatewayDeps, 'agent' | 'database' | 'logger'>): Promise<Readiness> {
  try {
    await sql`select 1`.execute(deps.database.writer());
  } catch (error) {
    deps.logger.warn({ err: error }, 'Not ready: the database does not answer.');
    return { ready: false, reason: 'The database does not answer.' };
  }
  try {
    const { ready, recovered, recovering } = await deps.agent.readiness(create(agentpb.ReadinessRequestSchema));
    if (ready) return { ready, reason: `Ready; ${recovered} unfinished runs were recovered.` };
    return { ready, reason: `Recovering: ${recovering} unfinished runs to go, ${recovered} recovered.` };
  } catch (error) {
    deps.logger.warn({ err: error }, 'Not ready: the agent service does not answer.');
    return { ready: false, reason: 'The agent service does not answer.' };
  }
}

/** `/healthz`: the process is alive. `/readyz`: it can take work. */
export function healthRoutes(app: App, deps: Pick<GatewayDeps, 'agent' | 'database' | 'logger'>): void {
  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: {
        tags: ['health'],
        summary: 'Whether the process is alive',
        security: [],
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    () => ({ status: 'ok' as const }),
  );
  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        tags: ['health'],
        summary: 'Whether it can take work',
        security: [],
        response: { 200: ReadySchema, 503: ReadySchema },
      },
    },
    async (_request, reply) => {
      const state = await readiness(deps);
      return reply.code(state.ready ? 200 : 503).send(state);
    },
  );
}
