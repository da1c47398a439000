import { type ModelServer, type ModelServerOptions, startModelServer } from '@holdfast/testing';

import type { EndpointDeps } from './endpoint.ts';

/** What endpoints are given in tests: the real HTTP client, waits that are noted and take no time, no jitter. */
export function testDeps(env: EndpointDeps['env'] = {}): EndpointDeps & { readonly waits: readonly number[] } {
  const waits: number[] = [];
  return {
    env,
    fetch: globalThis.fetch,
    clock: { now: () => Date.parse('2026-01-01T00:00:00Z') },
    random: () => 0.5,
    sleep: async (ms, signal) => {
      waits.push(ms);
      signal.throwIfAborted();
    },
    waits,
  };
}

/** Starts model servers for a test file, and stops them again. */
export function modelServers(): {
  readonly start: (options?: ModelServerOptions) => Promise<ModelServer>;
  readonly stop: () => Promise<void>;
} {
  const servers: ModelServer[] = [];
  return {
    async start(options = {}) {
      const server = await startModelServer(options);
      servers.push(server);
      return server;
    },
    async stop() {
      await Promise.all(servers.splice(0).map((server) => server.close()));
    },
  };
}
