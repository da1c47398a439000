import {
  type EmbedderConfig,
  EmbedderConfigSchema,
  type EndpointDeps,
  type Model,
  openEmbedder,
  openReranker,
} from '@holdfast/models';
import { HoldfastError, type JsonObject, type MemoryApi } from '@holdfast/protocol';
import { type Database, openRedis } from '@holdfast/storage';
import type { Clock, Logger } from '@holdfast/telemetry';

import type { MemoryConfig } from './config.ts';
import { createEraser } from './erase/eraser.ts';
import { ERASURE_SCHEMA } from './erase/schema.ts';
import {
  filesStore,
  graphStore,
  indexStore,
  lexicalStore,
  recordsStore,
  vectorsStore,
  workingStore,
} from './erase/stores.ts';
import { createCurve } from './forgetting/curve.ts';
import { createForgetting } from './forgetting/forgetting.ts';
import { createSummarise } from './forgetting/summarise.ts';
import type { Graph } from './graph/graph.ts';
import { createLinker } from './graph/link.ts';
import { GRAPH_SCHEMA } from './graph/schema.ts';
import { createSqlGraph } from './graph/sql.ts';
import { createIndexer } from './indexer/indexer.ts';
import { createLateIndexer } from './indexer/late.ts';
import { createDocuments } from './ingest/documents.ts';
import { documentsStore } from './ingest/erasable.ts';
import { DOCUMENTS_SCHEMA } from './ingest/schema.ts';
import type { FetchPage } from './ingest/source.ts';
import { assess, signOf } from './learn/defence.ts';
import { createKeeper, type Keep } from './learn/keep.ts';
import { createLearner } from './learn/learner.ts';
import { createModelWriter } from './learn/writer.ts';
import { createPostgresLexical } from './lexical/postgres.ts';
import { createSqliteLexical } from './lexical/sqlite.ts';
import { createRecall } from './recall/recall.ts';
import type { MemoryRecord } from './record.ts';
import { MEMORY_SCHEMA } from './records/schema.ts';
import { createSqlRecords } from './records/sql-records.ts';
import { adminApi, certificateOf } from './service/admin.ts';
import { documentsApi } from './service/documents.ts';
import { forgettingApi } from './service/forgetting.ts';
import { learningApi } from './service/learning.ts';
import { memoriesApi } from './service/memories.ts';
import { recallApi } from './service/recall.ts';
import { semanticApi } from './service/semantic.ts';
import { statusApi } from './service/status.ts';
import { transferApi } from './service/transfer.ts';
import { workingApi } from './service/working.ts';
import { openVectors } from './vectors/open.ts';
import { graphCheck } from './verify/graph.ts';
import { lexicalCheck, originalsCheck, orphansCheck, vectorsCheck } from './verify/records.ts';
import { indexCheck } from './verify/vector-index.ts';
import { createRedisWorking } from './working/redis.ts';
import { WORKING_SCHEMA } from './working/schema.ts';
import { createSqlWorking } from './working/sql.ts';
import { windowOf } from './working/window.ts';
import type { Working } from './working/working.ts';

/** What memory takes from the outside. */
export interface MemoryServiceDeps {
  readonly database: Database;
  readonly config: MemoryConfig;
  /** Where the embedded vector index lies. */
  readonly dir: string;
  /** For embedders and rerankers that are servers. */
  readonly endpoint: EndpointDeps;
  /** For documents that are named by a URL. */
  readonly fetchPage: FetchPage;
  /** The model that writes summaries and says what to learn; undefined: there is none, and rules do it. */
  readonly model: () => Model | undefined;
  readonly clock: Clock;
  /** A new unique id: letters and digits. */
  readonly newId: () => string;
  readonly logger: Logger;
}

/** The memory service of one process. */
export interface MemoryService {
  readonly api: MemoryApi;
  /** Takes up what was interrupted, and begins to forget. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** How long a verification waits for the indices. */
const SETTLE_MS = 30_000;
const EMBEDDER_AGAIN_MS = 5_000;
const SWEEP_MS = 300_000;
const RETRY = { firstMs: 500, mostMs: 60_000 };
/** Those that keep what memories say: written anew after an erasure. */
const TABLES = [
  'memory_record',
  'memory_vector',
  'memory_visit',
  'memory_document',
  'memory_entity',
  'memory_alias',
  'memory_edge',
  'memory_edge_memory',
  'working_item',
  'working_session',
];

/** Brings the tables up to date and opens the service. The database is the caller's to close. */
export async function createMemoryService(deps: MemoryServiceDeps): Promise<MemoryService> {
  const { database, config, endpoint, clock, logger } = deps;
  const now = () => clock.now();
  const newId = (prefix: string) => () => `${prefix}_${deps.newId()}`;
  const lexical = database.dialect === 'sqlite' ? createSqliteLexical(database) : createPostgresLexical(database);
  for (const schema of [
    MEMORY_SCHEMA,
    lexical.schema,
    ERASURE_SCHEMA,
    DOCUMENTS_SCHEMA,
    WORKING_SCHEMA,
    GRAPH_SCHEMA,
  ]) {
    await database.migrate(schema);
  }
  const curve = createCurve(config.forgetting);
  const retention = (record: MemoryRecord): number => curve.retention(record, now());
  const records = createSqlRecords({
    database,
    lexical,
    now,
    newId: newId('mem'),
    random: endpoint.random,
    context: 1,
    strengthOf: (draft) => draft.strengthDays ?? curve.initial(draft),
  });
  const graph = await openGraph(deps);
  const working = openWorking(deps);
  const vectors = await openVectors(config.vectors, { database, dir: deps.dir });
  const reranker = await openReranker(config.reranker, endpoint);
  const indexer = createLateIndexer({
    kind: config.embedder.provider === 'lexical' ? 'lexical' : 'model',
    open: (signal) => openEmbedder(config.embedder, endpoint, signal),
    make: (embedder) =>
      createIndexer({
        database,
        records,
        indexes: vectors,
        embedder,
        spec: specOf(config.embedder),
        previous: async (_, spec) => openPrevious(spec, config.embedder, endpoint),
        followers: [createLinker({ graph, records })],
        monotonic: clock.monotonic,
        logger,
        retry: RETRY,
      }),
    logger,
    againMs: EMBEDDER_AGAIN_MS,
  });
  const wake = () => indexer.wake();
  const writer = createModelWriter({ model: deps.model, timeoutMs: config.learning.timeout_ms });
  const keeper = createKeeper({ records, lexical, strengthened: curve.strengthened, assess, now });
  const keep: Keep = async (drafts, ids) => {
    const added = await keeper(drafts, ids);
    wake();
    return added;
  };
  const summarise = createSummarise({ writer, fits: (text) => signOf(text) === undefined, logger });
  const recall = createRecall({
    lexical,
    dense: indexer,
    graph,
    records,
    reranker,
    weightOf: curve.weight,
    strengthenedTo: curve.strengthened,
    config: config.recall,
    now,
    monotonic: clock.monotonic,
    logger,
  });
  const documents = createDocuments({
    database,
    records,
    assess,
    fetchPage: deps.fetchPage,
    now,
    newId: newId('doc'),
    config: config.documents,
    logger,
  });
  const forgetting = createForgetting({
    database,
    records,
    curve,
    summarise,
    config: config.forgetting,
    now,
    logger,
    wake,
  });
  const indices = async () => indexer.indices();
  const eraser = createEraser({
    database,
    records,
    stores: [
      indexStore(vectors.name, indices),
      vectorsStore(database),
      lexicalStore(database, lexical),
      recordsStore(database, records),
      graphStore(graph),
      workingStore(working),
      documentsStore(documents, database.dialect),
      filesStore(database, lexical, TABLES),
    ],
    now,
    newId: newId('erasure'),
    logger,
  });
  const checks = [
    lexicalCheck(database, records, lexical),
    vectorsCheck(database, async () => (await indexer.serving()).embedder),
    indexCheck(database, records, () => indexer.serving()),
    originalsCheck(database),
    orphansCheck(database),
    graphCheck(database, graph),
  ];
  const api: MemoryApi = {
    ...memoriesApi({
      records,
      keep,
      retention,
      refresh: async (memories) => {
        const at = now();
        await records.visit(
          memories.map((record) => ({
            seq: record.seq,
            at,
            strengthDays: Math.max(record.strengthDays, curve.initial(record)),
          })),
        );
      },
      wake,
    }),
    ...recallApi({ recall, retention }),
    ...semanticApi({ graph }),
    ...workingApi({
      working,
      now,
      window: async (session, items, budget, signal) => {
        const window = await windowOf(
          session,
          items,
          budget === 0 ? config.working.budget_tokens : budget,
          async (texts, maxTokens, until) => (await summarise(texts, maxTokens, until)).text,
          signal,
        );
        if (window.summarised > session.summarised) {
          await working.summarise(session.scope.tenant, session.session, window.summary, window.summarised);
        }
        return window;
      },
    }),
    ...documentsApi({
      documents,
      erase: async (viewer, id, subject, reason) => {
        // Throws where it is not there or not seen.
        await documents.get(viewer, id);
        return certificateOf(await eraser.erase({ viewer, subject, reason, what: { kind: 'document', name: id } }));
      },
    }),
    ...adminApi({ eraser, checks, settle: () => indexer.settled(SETTLE_MS) }),
    ...transferApi({ records, graph, keep, retention }),
    ...forgettingApi({ forgetting, retention }),
    ...learningApi({ learner: createLearner({ keep, writer, config: config.learning, logger }), retention }),
    ...statusApi({
      records,
      graph,
      working,
      documents,
      indexer,
      products: {
        records: database.dialect,
        lexical: lexical.name,
        vectors: vectors.name,
        embedder: config.embedder.provider,
        reranker: config.reranker.provider,
        writer: deps.model() ? 'model' : 'rules',
      },
    }),
  };
  let sweeping: NodeJS.Timeout | undefined;
  return {
    api,
    async start() {
      await documents.start();
      eraser.start();
      forgetting.start();
      sweeping = setInterval(() => {
        working
          .sweep()
          .catch((error: unknown) => logger.warn({ err: error }, 'Conversations that have ended were not removed.'));
      }, SWEEP_MS).unref();
    },
    async close() {
      clearInterval(sweeping);
      await forgetting.close();
      await documents.close();
      await eraser.close();
      await indexer.close();
      await vectors.close();
      await reranker?.close();
      await graph.close();
      await working.close();
    },
  };
}

async function openGraph({ database, config, clock, newId }: MemoryServiceDeps): Promise<Graph> {
  const now = () => clock.now();
  const ids = () => newId();
  if (config.graph.product === 'database') return createSqlGraph({ database, now, newId: ids });
  const { createNeo4jGraph } = await import('./graph/neo4j.ts');
  return createNeo4jGraph(config.graph, { now, newId: ids });
}

function openWorking({ database, config, clock }: MemoryServiceDeps): Working {
  const { store, ttl_ms: ttlMs } = config.working;
  const now = () => clock.now();
  return store === 'database'
    ? createSqlWorking({ database, ttlMs, now })
    : createRedisWorking({ redis: openRedis(store), ttlMs, now });
}

/** How an embedder was opened, without its key: kept in the database, so that it can serve on after a change. */
function specOf({ api_key: _key, ...spec }: EmbedderConfig): JsonObject {
  return JSON.parse(JSON.stringify(spec)) as JsonObject;
}

/** The key of the configured server is used where the old one was the same server. */
async function openPrevious(spec: JsonObject, configured: EmbedderConfig, endpoint: EndpointDeps) {
  const sameServer = spec['url'] !== undefined && spec['url'] === configured.url;
  const key = sameServer && configured.api_key !== undefined ? { api_key: configured.api_key } : {};
  const parsed = EmbedderConfigSchema.safeParse({ ...spec, ...key });
  if (!parsed.success) {
    throw new HoldfastError('CONFIG_INVALID', 'The embedder that served before cannot be opened any more.', {
      cause: parsed.error,
    });
  }
  return await openEmbedder(parsed.data, endpoint);
}
