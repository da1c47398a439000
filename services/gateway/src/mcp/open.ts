import type { ApiContext } from '../api/context.ts';
import { createMcpEndpoint, type McpEndpoint } from './endpoint.ts';
import { holdfastServer } from './server.ts';

/** The endpoint as the gateway has it. Imported when the first client comes: the SDK takes a tenth of a second to load. */
export function openMcp(context: ApiContext, isClosing: () => boolean): McpEndpoint {
  const { clock, config, logger, random } = context.deps;
  const { mcp } = config.gateway;
  return createMcpEndpoint({
    limits: { maxPerCaller: mcp.max_sessions_per_caller, idleMs: mcp.session_idle_s * 1000 },
    newId: () => Buffer.from(random(24)).toString('base64url'),
    now: () => clock.monotonic(),
    serverFor: (caller, era) => holdfastServer(context, caller, { era, isClosing }),
    onError: (error) => logger.debug({ err: error }, 'An MCP client sent what was refused, or went away.'),
  });
}
