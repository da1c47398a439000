import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';
import type * as milvus from '@zilliz/milvus2-sdk-node';
import type { FieldType, MilvusClient } from '@zilliz/milvus2-sdk-node';

import type { StoredVector } from '../records/records.ts';
import type { Viewer } from '../record.ts';
import type { VectorsConfig } from './config.ts';
import { shortHash } from './input.ts';
import { RemoteIndex, type RemoteShelf } from './remote/remote-index.ts';
import type { VectorIndexes } from './vectors.ts';

type Sdk = typeof milvus;

const PREFIX = 'holdfast_memory_';
/** The collection that knows the others: their embedders, and the last change of each. */
const REGISTRY = `${PREFIX}registry`;
const TIMEOUT_MS = 10_000;
/** Milvus: the collection is in no server's memory (it was restarted). */
const NOT_LOADED = 101;
const NOT_FOUND = 100;
const MOST_RESULTS = 16_384;

/** What a server answers a request with. */
interface Status {
  readonly error_code: string | number;
  readonly code?: number;
  readonly reason: string;
}

/**
 * Indices in Milvus (gRPC), one collection for each embedder, with the tenant as its partition key. Reads are of strong
 * consistency: what was put is found. Names are kept as digests, so that no name can be taken for a part of a filter.
 */
export function milvusVectors(config: VectorsConfig['milvus']): VectorIndexes {
  const connection = createConnection(config);
  return {
    name: 'milvus',
    async open(embedder, dimensions, source) {
      const index = new RemoteIndex(embedder, dimensions, source, createShelf(connection, embedder, dimensions));
      await index.open();
      return index;
    },
    async list() {
      return await connection.ask(async (client, sdk) => {
        const there = await client.hasCollection({ collection_name: REGISTRY });
        check(there.status);
        if (there.value !== true) return [];
        await makeRegistry(client, sdk);
        const { data } = await query(client, sdk, REGISTRY, 'applied >= 0', ['embedder'], 1000);
        return data.map(({ embedder }) => String(embedder)).toSorted();
      });
    },
    close: () => connection.close(),
  };
}

interface Connection {
  /** Carries out requests; one that finds its collection unloaded is repeated after loading. */
  ask<T>(work: (client: MilvusClient, sdk: Sdk) => Promise<T>, collections?: readonly string[]): Promise<T>;
  close(): Promise<void>;
}

function createConnection({ url, token, database }: VectorsConfig['milvus']): Connection {
  let connecting: Promise<{ client: MilvusClient; sdk: Sdk }> | undefined;
  const connect = async () => {
    const sdk = await import('@zilliz/milvus2-sdk-node');
    const client = new sdk.MilvusClient({
      address: url,
      ...(token === '' ? {} : { token }),
      ...(database === 'default' ? {} : { database }),
      timeout: TIMEOUT_MS,
      maxRetries: 2,
      retryDelay: 100,
      // A server that is back is used again within seconds; connections that failed are not shared with other clients.
      channelOptions: {
        'grpc.use_local_subchannel_pool': 1,
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 2000,
      },
      logLevel: 'error',
    });
    try {
      await client.connectPromise;
    } catch (error) {
      await client.closeConnection().catch(() => undefined);
      throw error;
    }
    return { client, sdk };
  };
  const connected = async () => {
    const current = (connecting ??= connect());
    try {
      return await current;
    } catch (error) {
      if (connecting === current) connecting = undefined;
      throw error;
    }
  };
  return {
    async ask(work, collections = []) {
      try {
        const { client, sdk } = await connected();
        try {
          return await work(client, sdk);
        } catch (error) {
          if (!(error instanceof MilvusFailure) || error.code !== NOT_LOADED) throw error;
          for (const name of collections) check(await client.loadCollectionSync({ collection_name: name }));
          return await work(client, sdk);
        }
      } catch (error) {
        throw failureOf(error, url);
      }
    },
    async close() {
      const current = connecting;
      connecting = undefined;
      const open = await current?.catch(() => undefined);
      await open?.client.closeConnection();
    },
  };
}

function createShelf(connection: Connection, embedder: string, dimensions: number): RemoteShelf {
  const collection = `${PREFIX}${shortHash(embedder)}`;
  const ask = <T>(work: (client: MilvusClient, sdk: Sdk) => Promise<T>) => connection.ask(work, [REGISTRY, collection]);
  const count = async (client: MilvusClient, sdk: Sdk) => {
    const { data } = await query(client, sdk, collection, '', ['count(*)']);
    return Number(data[0]?.['count(*)']);
  };
  const existing = async (client: MilvusClient, sdk: Sdk, filter: string) =>
    (await query(client, sdk, collection, filter, ['seq'], MOST_RESULTS)).data.length;
  const mark = async (client: MilvusClient, applied: number, isIncomplete: boolean) => {
    const row = { name: collection, embedder, applied, incomplete: isIncomplete ? 1 : 0, v: [1, 0] };
    check((await client.upsert({ collection_name: REGISTRY, data: [row] })).status);
  };

  return {
    name: 'milvus',
    batch: 500,

    prepare: () =>
      ask(async (client, sdk) => {
        await makeRegistry(client, sdk);
        const isNew = await makeCollection(client, sdk, collection, vectorFields(sdk, dimensions));
        const { data } = await query(client, sdk, REGISTRY, `name == "${collection}"`, ['applied', 'incomplete'], 1);
        const [row] = data;
        if (isNew || row === undefined) {
          await mark(client, 0, true);
          return { applied: 0, size: await count(client, sdk), isIncomplete: true };
        }
        return {
          applied: Number(row['applied']),
          size: await count(client, sdk),
          isIncomplete: Number(row['incomplete']) === 1,
        };
      }),

    put: (entries) =>
      ask(async (client, sdk) => {
        const known = await existing(client, sdk, keyFilter(entries.map(({ seq }) => seq)));
        check((await client.upsert({ collection_name: collection, data: entries.map(rowOf) })).status);
        return entries.length - known;
      }),

    remove: (tenant, seqs) =>
      ask(async (client, sdk) => {
        if (seqs.length === 0) return 0;
        const filter = `tenant == "${digest(tenant)}" and ${keyFilter(seqs)}`;
        const known = await existing(client, sdk, filter);
        if (known > 0) check((await client.delete({ collection_name: collection, filter })).status);
        return known;
      }),

    search: (viewer, asked, limit) =>
      ask(async (client, sdk) => {
        const most = Math.min(limit, MOST_RESULTS);
        const answer = await client.search({
          collection_name: collection,
          data: [[...asked]],
          anns_field: 'v',
          filter: scopeFilter(viewer),
          limit: most,
          output_fields: ['seq'],
          metric_type: 'COSINE',
          params: { ef: Math.max(100, most * 2) },
          consistency_level: sdk.ConsistencyLevelEnum.Strong,
        });
        check(answer.status);
        const found = answer.results.flat().map(({ seq, score }) => ({ seq: Number(seq), score }));
        return found.toSorted((a, b) => b.score - a.score || a.seq - b.seq);
      }),

    seqs: (after, limit) =>
      ask(async (client, sdk) => {
        const [counted] = (await query(client, sdk, collection, `seq > ${after}`, ['count(*)'])).data;
        const wanted = Math.min(limit, Number(counted?.['count(*)']));
        const found: number[] = [];
        // Queries have no order: ranges of keys are asked for that cannot hold more than one answer does, or did not.
        for (let low = after, span = MOST_RESULTS - 1; found.length < wanted; ) {
          const filter = `seq > ${low} and seq <= ${low + span}`;
          const { data } = await query(client, sdk, collection, filter, ['seq'], MOST_RESULTS);
          if (data.length === MOST_RESULTS) {
            span = Math.max(MOST_RESULTS - 1, Math.floor(span / 4));
            continue;
          }
          found.push(...data.map(({ seq }) => Number(seq)).toSorted((a, b) => a - b));
          low += span;
          if (low >= Number.MAX_SAFE_INTEGER) break;
          span = Math.min(span * 4, Number.MAX_SAFE_INTEGER - low);
        }
        return found.slice(0, limit);
      }),

    mark: (applied, isIncomplete) =>
      ask(async (client, sdk) => {
        await mark(client, applied, isIncomplete);
        return await count(client, sdk);
      }),

    empty: () =>
      ask(async (client, sdk) => {
        check(await client.dropCollection({ collection_name: collection }));
        await makeCollection(client, sdk, collection, vectorFields(sdk, dimensions));
      }),

    drop: () =>
      ask(async (client) => {
        check(await client.dropCollection({ collection_name: collection }));
        check((await client.delete({ collection_name: REGISTRY, filter: `name == "${collection}"` })).status);
      }),
  };
}

async function makeRegistry(client: MilvusClient, sdk: Sdk): Promise<void> {
  const { DataType } = sdk;
  await makeCollection(client, sdk, REGISTRY, [
    { name: 'name', data_type: DataType.VarChar, max_length: 64, is_primary_key: true, autoID: false },
    { name: 'embedder', data_type: DataType.VarChar, max_length: 4096 },
    { name: 'applied', data_type: DataType.Int64 },
    { name: 'incomplete', data_type: DataType.Int64 },
    // A collection without a vector is refused.
    { name: 'v', data_type: DataType.FloatVector, dim: 2 },
  ]);
}

function vectorFields({ DataType }: Sdk, dimensions: number): FieldType[] {
  return [
    { name: 'seq', data_type: DataType.Int64, is_primary_key: true, autoID: false },
    { name: 'tenant', data_type: DataType.VarChar, max_length: 32, is_partition_key: true },
    { name: 'user', data_type: DataType.VarChar, max_length: 32 },
    { name: 'agent', data_type: DataType.VarChar, max_length: 32 },
    { name: 'v', data_type: DataType.FloatVector, dim: dimensions },
  ];
}

/** Makes a collection with its index and loads it; gives whether it is new. Two that make it at once may both do. */
async function makeCollection(client: MilvusClient, sdk: Sdk, name: string, fields: FieldType[]): Promise<boolean> {
  const there = await client.hasCollection({ collection_name: name });
  check(there.status);
  const isNew = there.value !== true;
  if (isNew) {
    const made = await client.createCollection({ collection_name: name, fields, consistency_level: 'Strong' });
    const again = await client.hasCollection({ collection_name: name });
    if (again.value !== true) check(made);
  }
  // Also when it is there: the one who made it may have ended before this.
  const indices = await client.describeIndex({ collection_name: name });
  if ((indices.index_descriptions ?? []).length === 0) {
    check(
      await client.createIndex({
        collection_name: name,
        field_name: 'v',
        index_type: 'HNSW',
        metric_type: 'COSINE',
        params: { M: 16, efConstruction: 128 },
      }),
    );
  }
  const loaded = await client.getLoadState({ collection_name: name });
  if (loaded.state !== sdk.LoadState.LoadStateLoaded) check(await client.loadCollectionSync({ collection_name: name }));
  return isNew;
}

async function query(
  client: MilvusClient,
  { ConsistencyLevelEnum }: Sdk,
  collection: string,
  filter: string,
  fields: string[],
  limit?: number,
): Promise<{ data: Record<string, unknown>[] }> {
  const { status, data } = await client.query({
    collection_name: collection,
    filter,
    output_fields: fields,
    ...(limit === undefined ? {} : { limit }),
    consistency_level: ConsistencyLevelEnum.Strong,
  });
  check(status);
  return { data };
}

function rowOf({ seq, tenant, user, agent, vector }: StoredVector): Record<string, string | number | number[]> {
  return { seq, tenant: digest(tenant), user: digest(user), agent: digest(agent), v: [...vector] };
}

function keyFilter(seqs: readonly number[]): string {
  return `seq in [${seqs.join(', ')}]`;
}

function scopeFilter(viewer: Viewer): string {
  const tenant = `tenant == "${digest(viewer.tenant)}"`;
  if (viewer.everybody) return tenant;
  const [user, agent] = [digest(viewer.user), digest(viewer.agent)];
  return `${tenant} and user in ["${digest('')}", "${user}"] and agent in ["${digest('')}", "${agent}"]`;
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

class MilvusFailure extends Error {
  readonly code: number;

  constructor({ code, reason, error_code: named }: Status) {
    super(reason === '' ? String(named) : reason);
    this.code = code ?? 0;
  }
}

function check(status: Status): void {
  if (status.error_code !== 'Success' && status.error_code !== 0) throw new MilvusFailure(status);
}

function failureOf(error: unknown, url: string): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const what =
    error instanceof MilvusFailure && error.code !== NOT_FOUND ? 'refused a request' : 'does not answer as it should';
  return new HoldfastError(
    'STORAGE_UNAVAILABLE',
    `Milvus at ${url} ${what} (${reason}). The vectors themselves are kept in the database. Check that it runs, can be ` +
      'reached and lets this user in; Holdfast connects again by itself.',
    { cause: error },
  );
}
