import { type FetchLike, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import type { HttpSpec } from '../discovery/discovery.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { oauthProvider, type Person, shareRefreshes } from './oauth.ts';
import type { TokenStore } from './token-store.ts';

/** What an HTTP transport is made with. */
export interface HttpDeps {
  readonly server: string;
  readonly maxMessageBytes: number;
  /** The way out. */
  readonly fetch: FetchLike;
  readonly tokens: TokenStore;
  /** Who logs in. Left out: nobody is there. */
  readonly person?: Person;
}

/** A stream that broke off is taken up again, from the last event that was seen, so many times in a row. */
const RESUMPTION = {
  initialReconnectionDelay: 250,
  maxReconnectionDelay: 10_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 6,
};

/** Streamable HTTP to a server: resumed by Last-Event-ID, authorised by what is kept of its login. */
export function httpTransport(spec: HttpSpec, deps: HttpDeps): StreamableHTTPClientTransport {
  const { server, tokens: store, person } = deps;
  const oauth = spec.oauth ?? (person && { grant: 'authorization_code', hosts: [] });
  return new StreamableHTTPClientTransport(new URL(spec.url), {
    fetch: shareRefreshes(boundedFetch(deps.fetch, deps.maxMessageBytes), store),
    requestInit: { headers: { ...spec.headers } },
    reconnectionOptions: RESUMPTION,
    ...(oauth ? { authProvider: oauthProvider({ server, spec: oauth, store, ...(person ? { person } : {}) }) } : {}),
  });
}
