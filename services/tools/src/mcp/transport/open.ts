import type { Transport } from '@modelcontextprotocol/client';

import type { TransportSpec } from '../discovery/discovery.ts';
import { type HttpDeps, httpTransport } from './http.ts';
import { type McpProcess, ProcessTransport } from './stdio.ts';

/** What transports are made with. */
export interface TransportDeps extends HttpDeps {
  /** Starts the program of a stdio server in its sandbox. */
  readonly openProcess: () => Promise<McpProcess>;
}

/** A transport for one connection. */
export function openTransport(spec: TransportSpec, deps: TransportDeps): Transport {
  return spec.type === 'stdio'
    ? new ProcessTransport(deps.openProcess, deps.maxMessageBytes)
    : httpTransport(spec, deps);
}
