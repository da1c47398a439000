import { agentpb, create, sandboxpb, toolspb } from '@holdfast/protocol';
import { z } from 'zod';

import type { DoctorCheck, DoctorReport, GatewayDeps } from '../deps.ts';
import type { App } from '../http/app.ts';
import { readiness } from '../http/health.ts';
import { type ApiContext, callerOf } from './context.ts';
import { AgentSchema, ToolSchema } from './run-schema.ts';
import { agentOf, toolOf } from './wire.ts';

const DoctorSchema = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), verdict: z.string() })),
});

/** What there is: agents, tools, and whether all of it works. */
export function catalogRoutes(app: App, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/agents',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['catalog'],
        summary: 'List agents and playbooks',
        response: { 200: z.object({ agents: z.array(AgentSchema) }) },
      },
    },
    async (request) => {
      const wanted = create(agentpb.ListAgentsRequestSchema, { caller: callerOf(request) });
      return { agents: (await deps.agent.listAgents(wanted)).agents.map(agentOf) };
    },
  );

  app.get(
    '/tools',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['catalog'],
        summary: 'List the tools that agents have',
        response: { 200: z.object({ tools: z.array(ToolSchema) }) },
      },
    },
    async (request) => {
      const wanted = create(toolspb.ListToolsRequestSchema, { caller: callerOf(request) });
      return { tools: (await deps.tools.listTools(wanted)).tools.map(toolOf) };
    },
  );

  app.get(
    '/doctor',
    {
      config: { access: 'admin:read' },
      schema: {
        tags: ['admin'],
        summary: 'Use everything that is configured once, and say what works',
        response: { 200: DoctorSchema },
      },
    },
    async () => {
      const report = await (deps.doctor?.() ?? examine(deps));
      return { ok: report.ok, checks: report.checks.map(({ name, ok, verdict }) => ({ name, ok, verdict })) };
    },
  );
}

/** What the gateway can find out by itself. */
async function examine(deps: GatewayDeps): Promise<DoctorReport> {
  const request = create(sandboxpb.ProbeRequestSchema, { levels: [sandboxpb.Level.UNSPECIFIED] });
  const [state, probe] = await Promise.all([readiness(deps), deps.sandbox.probe(request)]);
  const checks: DoctorCheck[] = [
    { name: 'ready', ok: state.ready, verdict: state.reason },
    ...probe.engines.map(({ engine, verdict, works }) => ({ name: `sandbox: ${engine}`, ok: works, verdict })),
  ];
  return { ok: state.ready && probe.chosen !== '', checks };
}
