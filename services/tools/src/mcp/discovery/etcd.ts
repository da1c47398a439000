import type { Etcd3, IOptions } from 'etcd3';

import { backoffMs, sleep } from '../backoff.ts';
import { type Discovery, FoundState, type InstanceSpec, SERVER_NAME, type ServerSpec } from './discovery.ts';
import { readEntry } from './entry.ts';

/** What {@link etcdDiscovery} needs. */
export interface EtcdDiscoveryOptions {
  readonly endpoints: readonly string[];
  /** Begins and ends with a slash. */
  readonly prefix: string;
  readonly username?: string;
  readonly password?: string;
  readonly random: () => number;
  /** Bounds of the wait between attempts, milliseconds. */
  readonly firstMs?: number;
  readonly maxMs?: number;
}

const FIRST_MS = 250;
const MAX_MS = 15_000;
const DEADLINE_MS = 5000;

/**
 * Finds servers in etcd: `<prefix><name>/<instance>` holds the JSON of one instance, as an entry of mcp.json has it
 * (`url`, `headers`). Whoever registers an instance puts it under a lease: when the lease ends, the instance is gone.
 *
 * All keys are read, then watched from the revision after the one that was read; when the watch breaks for whatever
 * reason (outage, compaction), both are done again. So nothing is missed, and what is known meanwhile stays.
 */
export function etcdDiscovery(options: EtcdDiscoveryOptions): Discovery {
  const { prefix, random, firstMs = FIRST_MS, maxMs = MAX_MS } = options;
  const state = new FoundState();
  const closing = new AbortController();
  let firstLook: () => void = () => undefined;
  let loop: Promise<void> | undefined;

  const watch = async (): Promise<void> => {
    // Only now: it takes a tenth of the time that the platform starts in, and few use it.
    const { Etcd3: Client } = await import('etcd3');
    for (let failed = 0; !closing.signal.aborted; ) {
      const client = new Client(clientOptions(options));
      try {
        await listAndWatch(client, prefix, state, closing.signal, () => {
          failed = 0;
          firstLook();
        });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        state.outage(`etcd does not answer (${why.slice(0, 200)}). The servers that it named are kept.`);
      } finally {
        client.close();
      }
      firstLook();
      await sleep(backoffMs(failed, firstMs, maxMs, random), closing.signal);
      failed += 1;
    }
  };

  return {
    name: 'etcd',
    found: () => state.found,
    onChange: (listener) => state.onChange(listener),
    async start() {
      const looked = new Promise<void>((resolve) => {
        firstLook = resolve;
      });
      loop = watch();
      await looked;
    },
    async close() {
      closing.abort();
      await loop;
    },
  };
}

function clientOptions({ endpoints, username, password }: EtcdDiscoveryOptions): IOptions {
  return {
    hosts: [...endpoints],
    dialTimeout: DEADLINE_MS,
    // A connection that is dead without saying so is noticed by these pings.
    grpcOptions: { 'grpc.keepalive_time_ms': 20_000, 'grpc.keepalive_timeout_ms': 10_000 },
    ...(username === undefined || password === undefined ? {} : { auth: { username, password } }),
  };
}

/** Resolves when it was told to end; rejects when the watch broke. */
async function listAndWatch(
  client: Etcd3,
  prefix: string,
  state: FoundState,
  signal: AbortSignal,
  looked: () => void,
): Promise<void> {
  const entries = new Map<string, string>();
  const all = await client
    .getAll()
    .prefix(prefix)
    .options({ deadline: Date.now() + DEADLINE_MS })
    .exec();
  for (const { key, value } of all.kvs) entries.set(String(key).slice(prefix.length), String(value));
  const show = (): void => {
    const { servers, problem } = serversOf(entries);
    state.set(servers, problem);
  };
  show();
  looked();
  const revision = String(BigInt(all.header.revision) + 1n);
  // A stream that breaks before the watch is there leaves the promise open: hence the time-out.
  const watcher = await within(client.watch().prefix(prefix).startRevision(revision).create(), signal);
  await new Promise<void>((resolve, reject) => {
    watcher.on('data', ({ events }) => {
      for (const { type, kv } of events) {
        const key = String(kv.key).slice(prefix.length);
        if (type === 'Delete') entries.delete(key);
        else entries.set(key, String(kv.value));
      }
      show();
    });
    watcher.on('disconnected', reject);
    watcher.on('error', reject);
    const end = (): void => resolve();
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  const over = new AbortController();
  const late = sleep(DEADLINE_MS, AbortSignal.any([signal, over.signal])).then(() => {
    throw new Error('the watch was not confirmed in time');
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

function serversOf(entries: ReadonlyMap<string, string>): {
  servers: ReadonlyMap<string, ServerSpec>;
  problem: string;
} {
  const found = new Map<string, InstanceSpec[]>();
  const problems: string[] = [];
  for (const [key, value] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [name = '', id = '', ...more] = key.split('/');
    const read =
      SERVER_NAME.test(name) && id !== '' && more.length === 0 ? readValue(value) : 'the key is not <name>/<instance>';
    if (typeof read === 'string') {
      problems.push(`etcd: ${key.slice(0, 130)} is left out: ${read}.`);
      continue;
    }
    if (read === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), { id, transport: read, healthy: true }]);
  }
  const servers = new Map([...found].map(([name, instances]) => [name, { name, instances }]));
  return { servers, problem: problems.slice(0, 20).join(' ') };
}

function readValue(value: string): InstanceSpec['transport'] | string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return 'the value is no JSON';
  }
  const read = readEntry(parsed, false);
  if ('problem' in read) return read.problem;
  return 'transport' in read ? read.transport : undefined;
}
