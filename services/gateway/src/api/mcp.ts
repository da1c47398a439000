import { create, HoldfastError, type McpApi, mcppb } from '@holdfast/protocol';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';

const STATES = {
  [mcppb.McpState.UNSPECIFIED]: 'closed',
  [mcppb.McpState.CONNECTING]: 'connecting',
  [mcppb.McpState.READY]: 'ready',
  [mcppb.McpState.DEGRADED]: 'degraded',
  [mcppb.McpState.OPEN]: 'open',
  [mcppb.McpState.CLOSED]: 'closed',
} as const;

const StateSchema = z
  .enum(['connecting', 'ready', 'degraded', 'open', 'closed'])
  .describe('degraded: there is no connection now, it is made again. open: the breaker keeps calls away.');

const InstanceSchema = z.object({
  id: z.string(),
  state: StateSchema,
  breaker: z.string().describe('closed, open or half-open.'),
  healthy: z.boolean().describe('As its discovery says.'),
  address: z.string(),
  since: z.iso.datetime(),
  last_error: z.string(),
  next_attempt_at: z.iso.datetime().nullable(),
  calls: z.number().int().describe('Within the window of the breaker.'),
  failures: z.number().int(),
  protocol: z.string().describe('The revision that was agreed on; empty: there is no connection.'),
});

const ServerSchema = z
  .object({
    name: z.string(),
    source: z.string().describe('file, etcd or consul.'),
    state: StateSchema,
    trusted: z.boolean(),
    pinned: z.boolean(),
    instances: z.array(InstanceSchema),
    tools: z.array(
      z.object({
        name: z.string(),
        qualified_name: z.string(),
        description: z.string(),
        problem: z.string().describe('Why it cannot be called; empty: it can.'),
      }),
    ),
    drift: z.array(
      z.object({
        tool: z.string(),
        kind: z.string().describe('changed or added, since the tools were accepted.'),
        since: z.iso.datetime(),
        before: z.string(),
        after: z.string(),
        blocked: z.boolean(),
        accepted: z.string().describe('What a model saw of it when it was accepted, as JSON; empty: it is new.'),
        current: z.string().describe('What a model sees of it now.'),
      }),
    ),
  })
  .meta({ id: 'McpServer' });

const ParamsSchema = z.object({ name: z.string().min(1).max(64) });
const tags = ['mcp'];

/** The MCP servers whose tools agents have. */
export function mcpServerRoutes(app: App, { deps }: ApiContext): void {
  app.get(
    '/mcp/servers',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List the MCP servers, with their state, tools and drift',
        response: {
          200: z.object({
            servers: z.array(ServerSchema),
            discoveries: z.array(z.object({ name: z.string(), problem: z.string().describe('Empty: all is well.') })),
          }),
        },
      },
    },
    async (request) => {
      const wanted = create(mcppb.ListServersRequestSchema, { caller: callerOf(request) });
      const { servers, discoveries } = await mcpOf(deps.mcp).listServers(wanted);
      return {
        servers: servers.map(serverOf),
        discoveries: discoveries.map(({ name, problem }) => ({ name, problem })),
      };
    },
  );

  app.post(
    '/mcp/servers/:name/accept',
    {
      config: { access: 'admin:read', audit: 'mcp.accept', auditFields: ['tool'] },
      schema: {
        tags,
        summary: 'Accept the tools of a server as they are now',
        params: ParamsSchema,
        body: z.strictObject({ tool: z.string().min(1).max(200).optional().describe('Left out: all.') }),
        response: { 200: z.object({ tools: z.array(z.string()).describe('Those that were accepted.') }) },
      },
    },
    async (request) => {
      const { name: server } = request.params;
      audited(request, { target: server });
      const { tool = '' } = request.body;
      const wanted = create(mcppb.AcceptDriftRequestSchema, { caller: callerOf(request), server, tool });
      return { tools: (await mcpOf(deps.mcp).acceptDrift(wanted)).tools };
    },
  );

  app.post(
    '/mcp/servers/:name/reconnect',
    {
      config: { access: 'runs:write', audit: 'mcp.reconnect' },
      schema: {
        tags,
        summary: 'Drop the connections to a server and make new ones',
        params: ParamsSchema,
        response: { 200: z.object({ name: z.string() }) },
      },
    },
    async (request) => {
      const { name: server } = request.params;
      audited(request, { target: server });
      await mcpOf(deps.mcp).reconnect(create(mcppb.ReconnectRequestSchema, { caller: callerOf(request), server }));
      return { name: server };
    },
  );
}

function mcpOf(mcp: McpApi | undefined): McpApi {
  if (mcp) return mcp;
  throw new HoldfastError('UNAVAILABLE', 'This server has no MCP servers.');
}

function serverOf(server: mcppb.McpServer): z.input<typeof ServerSchema> {
  const { name, source, trusted, pinned } = server;
  return {
    name,
    source,
    state: STATES[server.state],
    trusted,
    pinned,
    instances: server.instances.map((one) => ({
      id: one.id,
      state: STATES[one.state],
      breaker: one.breaker,
      healthy: one.healthy,
      address: one.address,
      since: new Date(one.since).toISOString(),
      last_error: one.lastError,
      next_attempt_at: one.nextAttemptAt === 0 ? null : new Date(one.nextAttemptAt).toISOString(),
      calls: one.calls,
      failures: one.failures,
      protocol: one.protocol,
    })),
    tools: server.tools.map(({ name: tool, qualifiedName, description, problem }) => ({
      name: tool,
      qualified_name: qualifiedName,
      description,
      problem,
    })),
    drift: server.drift.map(({ tool, kind, since, before, after, blocked, accepted, current }) => ({
      tool,
      kind,
      since: new Date(since).toISOString(),
      before,
      after,
      blocked,
      accepted,
      current,
    })),
  };
}
