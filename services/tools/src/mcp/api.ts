import { create, HoldfastError, type McpApi, mcppb } from '@holdfast/protocol';

import type { InstanceState } from './server/instance.ts';
import type { McpSource, ServerStatus } from './source.ts';

const STATES: Readonly<Record<InstanceState, mcppb.McpState>> = {
  connecting: mcppb.McpState.CONNECTING,
  ready: mcppb.McpState.READY,
  degraded: mcppb.McpState.DEGRADED,
  open: mcppb.McpState.OPEN,
  closed: mcppb.McpState.CLOSED,
};
const BEST: readonly InstanceState[] = ['ready', 'connecting', 'degraded', 'open', 'closed'];

/** The administration of MCP servers, over their source. */
export function mcpApi(source: McpSource): McpApi {
  return {
    async listServers() {
      return create(mcppb.ListServersResponseSchema, {
        servers: source.status().map(serverOf),
        discoveries: source.discoveries().map((one) => create(mcppb.McpDiscoverySchema, one)),
      });
    },
    async acceptDrift({ server, tool }) {
      const tools = await source.accept(server, tool === '' ? undefined : tool);
      return create(mcppb.AcceptDriftResponseSchema, { tools: [...tools] });
    },
    async reconnect({ server }) {
      try {
        await source.reconnect(server);
      } catch (error) {
        throw HoldfastError.from(error, 'UNAVAILABLE', `The MCP server ${server} could not be connected.`);
      }
      return create(mcppb.ReconnectResponseSchema);
    },
  };
}

function serverOf({ name, source, policy, instances, tools, drift }: ServerStatus): mcppb.McpServer {
  const best = BEST.find((state) => instances.some((one) => one.state === state)) ?? 'degraded';
  return create(mcppb.McpServerSchema, {
    name,
    source,
    state: STATES[best],
    trusted: policy.trust,
    pinned: policy.pin,
    instances: instances.map((one) => ({ ...one, state: STATES[one.state] })),
    tools: [...tools],
    drift: [...drift],
  });
}
