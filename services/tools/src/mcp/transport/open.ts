import { StreamableHTTPClientTransport, type FetchLike, type Transport } from '@modelcontextprotocol/client';

import type { TransportSpec } from '../discovery/discovery.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { oauthProvider, shareRefreshes } from './oauth.ts';
import { type McpProcess, ProcessTransport } from './stdio.ts';
import type { TokenStore } from './token-store.ts';

/** What transports are made with. */
export interface TransportDeps {
  readonly server: string;
  readonly maxMessageBytes: number;
  /** Starts the program of a stdio server in its sandbox. */
  readonly openProcess: () => Promise<McpProcess>;
  /** The way out for an HTTP server. */
  readonly fetch: FetchLike;
  readonly tokens: TokenStore;
}

/** A stream that broke off is taken up again, from the last event that was seen, so many times in a row. */
const RESUMPTION = {
  initialReconnectionDelay: 250,
  maxReconnectionDelay: 10_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 6,
};

/** A transport for one connection. */
export function openTransport(spec: TransportSpec, deps: TransportDeps): Transport {
  if (spec.type === 'stdio') return new ProcessTransport(deps.openProcess, deps.maxMessageBytes);
  const { server, tokens } = deps;
  return new StreamableHTTPClientTransport(new URL(spec.url), {
    fetch: shareRefreshes(boundedFetch(deps.fetch, deps.maxMessageBytes)),
    requestInit: { headers: { ...spec.headers } },
    reconnectionOptions: RESUMPTION,
    ...(spec.oauth ? { authProvider: oauthProvider({ server, spec: spec.oauth, store: tokens }) } : {}),
  });
}
