import { createRequestStateCodec } from '@modelcontextprotocol/server';

import type { ApiContext } from '../api/context.ts';
import { callerOfRequest } from './caller.ts';
import { createMcpEndpoint, type McpEndpoint } from './endpoint.ts';
import { holdfastServer } from './server.ts';

/** How long a user may take to answer, seconds. */
const ANSWER_S = 24 * 60 * 60;

/** The endpoint as the gateway has it. Imported when the first client comes: the SDK takes a tenth of a second to load. */
export function openMcp(context: ApiContext, isClosing: () => boolean): McpEndpoint {
  const { clock, config, logger, random } = context.deps;
  const { mcp } = config.gateway;
  // Whoever asked must be who answers. The key lives as long as this process: what was asked before is asked again.
  const state = createRequestStateCodec({
    key: random(32),
    ttlSeconds: ANSWER_S,
    bind: (ctx) => callerOfRequest(ctx).key,
  });
  return createMcpEndpoint({
    limits: { maxPerCaller: mcp.max_sessions_per_caller, idleMs: mcp.session_idle_s * 1000 },
    newId: () => Buffer.from(random(24)).toString('base64url'),
    now: () => clock.monotonic(),
    serverFor: (caller, era) => holdfastServer(context, caller, { era, isClosing, state }),
    onError: (error) => logger.debug({ err: error }, 'An MCP client sent what was refused, or went away.'),
  });
}
