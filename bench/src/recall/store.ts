import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Embedder, Reranker } from '@holdfast/models';
import { openSqlite } from '@holdfast/storage';
import { silentLogger } from '@holdfast/telemetry';

import { createLinker } from '../../../services/memory/src/graph/link.ts';
import { GRAPH_SCHEMA } from '../../../services/memory/src/graph/schema.ts';
import { createSqlGraph } from '../../../services/memory/src/graph/sql.ts';
import { createIndexer } from '../../../services/memory/src/indexer/indexer.ts';
import { createSqliteLexical } from '../../../services/memory/src/lexical/sqlite.ts';
import type { RecallConfig } from '../../../services/memory/src/recall/config.ts';
import { createRecall, type Hit } from '../../../services/memory/src/recall/recall.ts';
import type { Draft, Viewer } from '../../../services/memory/src/record.ts';
import { MEMORY_SCHEMA } from '../../../services/memory/src/records/schema.ts';
import { createSqlRecords } from '../../../services/memory/src/records/sql-records.ts';
import { embeddedVectors } from '../../../services/memory/src/vectors/embedded.ts';
import type { BenchCase, BenchDocument, BenchQuestion } from './case.ts';

const TENANT = 'bench';
const AT_ONCE = 500;
/** Neighbours on either side that are embedded with a text, as the product has it. */
const EMBEDDED_WITH = 1;

/** What one question was answered with. */
export interface Answer {
  /** Ids of documents, best first. */
  readonly found: readonly string[];
  readonly first: Hit | undefined;
  readonly missing: readonly string[];
  readonly ms: number;
}

/** A corpus in the real store, in a folder that goes away with it. */
export interface BenchStore {
  ask(question: BenchQuestion, config: RecallConfig, limit: number): Promise<Answer>;
  /** Documents a second, with their vectors. */
  readonly ingestedPerSecond: number;
  close(): Promise<void>;
}

/** With what a corpus is opened. */
export interface BenchStoreOptions {
  readonly embedder: Embedder;
  readonly reranker: Reranker | undefined;
  /** Whether texts stand in line with their neighbours. */
  readonly inLine: boolean;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** Writes a corpus through the records, waits until it is indexed, and asks through recall. */
export async function openBenchStore(
  { documents, askedAt }: BenchCase,
  { embedder, reranker, inLine, progress }: BenchStoreOptions,
): Promise<BenchStore> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-recall-'));
  const database = await openSqlite({ dataDir: folder });
  const lexical = createSqliteLexical(database);
  await database.migrate(MEMORY_SCHEMA);
  await database.migrate(lexical.schema);
  await database.migrate(GRAPH_SCHEMA);
  let made = 0;
  const records = createSqlRecords({
    database,
    lexical,
    now: () => askedAt,
    newId: () => `m${++made}`,
    random: Math.random,
    context: EMBEDDED_WITH,
  });
  const graph = createSqlGraph({ database, now: () => askedAt, newId: () => `${++made}` });
  const indexes = embeddedVectors(join(folder, 'vectors'));
  const indexer = createIndexer({
    database,
    records,
    indexes,
    embedder,
    spec: {},
    previous: async () => undefined,
    followers: [createLinker({ graph, records })],
    monotonic: () => performance.now(),
    logger: silentLogger(),
    retry: { firstMs: 100, mostMs: 5_000 },
  });
  const began = performance.now();
  const names = new Map<string, string[]>();
  for (let at = 0; at < documents.length; at += AT_ONCE) {
    const some = documents.slice(at, at + AT_ONCE);
    const added = await records.add(some.map((document) => draftOf(document, askedAt, inLine)));
    for (const [n, { record }] of added.entries()) {
      // Texts that are alike to the letter are one memory.
      names.set(record.id, [...(names.get(record.id) ?? []), some[n]?.id ?? '']);
    }
    progress(at + some.length, documents.length, 'written');
  }
  indexer.wake();
  const settled = indexer.settled();
  const watch = setInterval(() => {
    void indexer.status().then(({ toEmbed }) => progress(documents.length - toEmbed, documents.length, 'embedded'));
  }, 2_000);
  await settled;
  clearInterval(watch);
  const ingestedPerSecond = documents.length / ((performance.now() - began) / 1_000);

  return {
    ingestedPerSecond,
    async ask(question, config, limit) {
      const recall = createRecall({
        lexical,
        dense: {
          search: (...asked) => indexer.search(...asked),
          kind: embedder.kind === 'lexical' ? 'lexical' : 'model',
        },
        graph,
        records,
        reranker: reranker,
        weightOf: () => 1,
        strengthenedTo: ({ strengthDays }) => strengthDays,
        config,
        now: () => askedAt,
        monotonic: () => performance.now(),
        logger: silentLogger(),
      });
      const viewer: Viewer =
        question.conversation === ''
          ? { tenant: TENANT, user: '', agent: '', everybody: true }
          : { tenant: TENANT, user: question.conversation, agent: '', everybody: false };
      const filter = { viewer, ...(question.group === '' ? {} : { group: question.group }) };
      const from = performance.now();
      const { hits, missing } = await recall({
        query: question.text,
        filter,
        limit,
        budgetTokens: 0,
        strengthen: false,
      });
      return {
        found: hits.flatMap(({ record }) => names.get(record.id) ?? []),
        first: hits[0],
        missing: missing.map(({ source, reason }) => `${source}: ${reason}`),
        ms: performance.now() - from,
      };
    },
    async close() {
      await indexer.close();
      await indexes.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

function draftOf(document: BenchDocument, askedAt: number, inLine: boolean): Draft {
  const { title, text, speaker, at, group, position, conversation } = document;
  const isTurn = speaker !== '' || at !== undefined;
  return {
    scope: { tenant: TENANT, user: conversation, agent: '' },
    kind: isTurn ? 'turn' : 'chunk',
    text: text.trim() === '' ? title || '-' : text,
    attributes: { ...(title === '' ? {} : { title }), ...(speaker === '' ? {} : { speaker }) },
    provenance: {
      trust: 'user',
      origin: 'import',
      runId: '',
      actionId: '',
      documentId: '',
      author: speaker,
      evidence: '',
      location: '',
    },
    at: at ?? askedAt,
    ...(inLine && group !== '' ? { group, position } : {}),
  };
}
