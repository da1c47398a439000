import { z } from 'zod';

import { backoffMs, sleep } from '../backoff.ts';
import { type Discovery, FoundState, type InstanceSpec, SERVER_NAME, type ServerSpec } from './discovery.ts';

/** What {@link consulDiscovery} needs. */
export interface ConsulDiscoveryOptions {
  /** Such as http://127.0.0.1:8500. */
  readonly url: string;
  readonly token?: string;
  readonly tag: string;
  readonly waitSeconds: number;
  readonly fetch: typeof fetch;
  readonly random: () => number;
  readonly firstMs?: number;
  readonly maxMs?: number;
}

const FIRST_MS = 250;
const MAX_MS = 15_000;

const ServicesSchema = z.record(z.string(), z.array(z.string()).nullable());
const HealthSchema = z.array(
  z.object({
    Node: z.object({ Node: z.string().default(''), Address: z.string().default('') }),
    Service: z.object({
      ID: z.string(),
      Address: z.string().default(''),
      Port: z.number().int(),
      Meta: z.record(z.string(), z.string()).nullish(),
    }),
  }),
);

/**
 * Finds servers in Consul: every service with the tag is one, and its passing instances are where it is reached, at
 * `<scheme>://<address>:<port><path>`; `scheme` (http) and `path` (/mcp) may stand in the service's meta.
 *
 * Both the catalogue and each service's health are followed by blocking queries, by Consul's rules for their index:
 * one that goes backwards, or is below 1, begins anew at 0. A service without a passing instance stays, with none.
 */
export function consulDiscovery(options: ConsulDiscoveryOptions): Discovery {
  const { firstMs = FIRST_MS, maxMs = MAX_MS, tag } = options;
  const state = new FoundState();
  const closing = new AbortController();
  const services = new Map<string, { readonly stop: AbortController; readonly loop: Promise<void> }>();
  const known = new Map<string, ServerSpec>();
  const loops: Promise<void>[] = [];
  const problems = new Map<string, string>();

  const show = (): void => {
    const servers = new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1)));
    state.set(servers, [...problems.values()].filter((text) => text !== '').join(' '));
  };

  const follow = async (
    what: string,
    path: string,
    signal: AbortSignal,
    take: (body: unknown) => void,
  ): Promise<void> => {
    let index = 0;
    for (let failed = 0; !signal.aborted; ) {
      try {
        const answer = await ask(options, path, index, signal);
        if (signal.aborted) return;
        take(answer.body);
        problems.set(what, '');
        failed = 0;
        // https://developer.hashicorp.com/consul/api-docs/features/blocking
        index = answer.index < index || answer.index < 1 ? 0 : answer.index;
        show();
        // An answer without an index would be asked for again at once, for ever.
        if (index === 0) await sleep(firstMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        problems.set(what, `Consul does not answer (${why.slice(0, 200)}). The servers that it named are kept.`);
        show();
        index = 0;
        await sleep(backoffMs(failed, firstMs, maxMs, options.random), signal);
        failed += 1;
      }
    }
  };

  const followService = (name: string): void => {
    const stop = new AbortController();
    const path = `/v1/health/service/${encodeURIComponent(name)}?passing&tag=${encodeURIComponent(tag)}`;
    const loop = follow(name, path, stop.signal, (body) => {
      const instances = HealthSchema.parse(body).map(instanceOf);
      known.set(name, { name, instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)) });
    });
    services.set(name, { stop, loop });
    loops.push(loop);
  };

  const takeCatalog = (body: unknown): void => {
    const tagged = new Set<string>();
    const unusable: string[] = [];
    for (const [name, tags] of Object.entries(ServicesSchema.parse(body))) {
      if (!tags?.includes(tag)) continue;
      if (SERVER_NAME.test(name)) tagged.add(name);
      else
        unusable.push(
          `Consul: ${name.slice(0, 64)} is left out: its name has other characters than letters, digits, dot, dash and underscore.`,
        );
    }
    problems.set('catalog names', unusable.slice(0, 20).join(' '));
    for (const name of tagged) if (!services.has(name)) followService(name);
    for (const [name, { stop }] of services) {
      if (tagged.has(name)) continue;
      stop.abort();
      services.delete(name);
      known.delete(name);
      problems.delete(name);
    }
  };

  return {
    name: 'consul',
    found: () => state.found,
    onChange: (listener) => state.onChange(listener),
    async start() {
      const looked = Promise.withResolvers<void>();
      const unsubscribe = state.onChange(() => looked.resolve());
      loops.push(
        follow('catalog', '/v1/catalog/services', closing.signal, (body) => {
          takeCatalog(body);
          looked.resolve();
        }),
      );
      await looked.promise;
      unsubscribe();
    },
    async close() {
      closing.abort();
      for (const { stop } of services.values()) stop.abort();
      await Promise.all(loops);
    },
  };
}

async function ask(
  { url, token, waitSeconds, fetch: send }: ConsulDiscoveryOptions,
  path: string,
  index: number,
  signal: AbortSignal,
): Promise<{ readonly index: number; readonly body: unknown }> {
  const at = new URL(path, url);
  if (index > 0) {
    at.searchParams.set('index', String(index));
    at.searchParams.set('wait', `${waitSeconds}s`);
  }
  // Consul adds up to a sixteenth of the wait by chance.
  const late = AbortSignal.timeout(waitSeconds * 1000 * (1 + 1 / 16) + 10_000);
  const answer = await send(at, {
    headers: token === undefined ? {} : { 'X-Consul-Token': token },
    signal: AbortSignal.any([signal, late]),
    redirect: 'error',
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`${at.pathname}: HTTP ${answer.status}`);
  }
  return { index: Number(answer.headers.get('x-consul-index') ?? 0) || 0, body: await answer.json() };
}

function instanceOf({ Node: node, Service: service }: z.infer<typeof HealthSchema>[number]): InstanceSpec {
  const host = service.Address || node.Address;
  const scheme = service.Meta?.['scheme'] === 'https' ? 'https' : 'http';
  const path = service.Meta?.['path'] ?? '/mcp';
  const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${service.Port}${path.startsWith('/') ? '' : '/'}${path}`;
  return { id: `${node.Node}/${service.ID}`, transport: { type: 'http', url, headers: {} }, healthy: true };
}
