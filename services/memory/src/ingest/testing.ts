import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, openPostgres, openSqlite } from '@holdfast/storage';
import { silentLogger } from '@holdfast/telemetry';

import { type MemoryRecord, type Scope, STATES } from '../record.ts';
import type { Records } from '../records/records.ts';
import { ADMIN, ALICE, recordsOver } from '../records/testing.ts';
import { type DocumentsConfig, DocumentsConfigSchema } from './config.ts';
import type { MemoryDocument } from './document.ts';
import { createDocuments, type Documents, type DocumentsDeps, type IngestRequest } from './documents.ts';
import { DOCUMENTS_SCHEMA } from './schema.ts';

/** Documents for tests, with what is below them. */
export interface TestDocuments {
  readonly database: Database;
  readonly records: Records;
  readonly documents: Documents;
  /** Ingests a text or bytes for alice. */
  put(name: string, content: string | Uint8Array, more?: Partial<IngestRequest>): Promise<MemoryDocument>;
  /** The same, and waits until it is read. */
  read(name: string, content: string | Uint8Array, more?: Partial<IngestRequest>): Promise<MemoryDocument>;
  /** Its chunks, whatever their state, in order. */
  chunks(id: string): Promise<readonly MemoryRecord[]>;
  close(): Promise<void>;
}

export type TestOptions = Partial<Pick<DocumentsDeps, 'assess' | 'fault' | 'fetchPage' | 'now'>> & {
  readonly config?: Partial<DocumentsConfig>;
};

/** Documents over a database that is open. */
export async function documentsOver(database: Database, options: TestOptions = {}): Promise<TestDocuments> {
  const newId = () => randomBytes(8).toString('hex');
  const { records } = await recordsOver(database, { newId, now: Date.now });
  await database.migrate(DOCUMENTS_SCHEMA);
  const { config, ...deps } = options;
  const documents = createDocuments({
    database,
    records,
    assess: () => ({}),
    fetchPage: () => Promise.reject(new Error('nothing is fetched in this test')),
    now: Date.now,
    newId,
    logger: silentLogger(),
    config: DocumentsConfigSchema.parse(config ?? {}),
    ...deps,
  });
  const put: TestDocuments['put'] = (name, content, more = {}) =>
    documents.ingest({ ...upload(ALICE, name, content), ...more }, AbortSignal.timeout(60_000));
  return {
    database,
    records,
    documents,
    put,
    async read(name, content, more) {
      const { id } = await put(name, content, more);
      await documents.settled();
      return await documents.get(ADMIN, id);
    },
    async chunks(id) {
      const found: MemoryRecord[] = [];
      let after = '';
      do {
        const page = await records.list(
          { viewer: ADMIN, group: id, kinds: ['chunk'], states: STATES },
          { order: 'oldest', after, limit: 500 },
        );
        found.push(...page.records);
        after = page.next;
      } while (after !== '');
      return found.sort((a, b) => a.position - b.position);
    },
    async close() {
      await documents.close();
      await database.close();
    },
  };
}

/** What is uploaded in tests. */
export function upload(scope: Scope, name: string, content: string | Uint8Array): IngestRequest {
  return { scope, source: { content: Buffer.from(content) }, name, format: '', title: '' };
}

/** Documents in this folder, on SQLite. */
export async function documentsIn(dataDir: string, options: TestOptions = {}): Promise<TestDocuments> {
  return await documentsOver(await openSqlite({ dataDir }), options);
}

/** Documents in a new folder, which goes when they are closed. */
export async function openTestDocuments(options: TestOptions = {}): Promise<TestDocuments> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-documents-'));
  const opened = await documentsIn(dataDir, options);
  const close = async () => {
    await opened.close();
    await rm(dataDir, { recursive: true });
  };
  return { ...opened, close };
}

/** Documents on PostgreSQL. */
export async function openSharedDocuments(url: string, options: TestOptions = {}): Promise<TestDocuments> {
  return await documentsOver(await openPostgres({ url, replicas: [] }), options);
}

const WORDS =
  'the harbour keeps ropes and lamps for every boat that comes in at night while seven clerks write names into a long book'.split(
    ' ',
  );
const HAN = '海港为夜里归来的每艘船准备绳索和灯火七位书记员把名字写进一本很长的册子里天亮以后再逐一核对';

/** Whole numbers below `bound`, the same for the same seed (mulberry32). */
export function steadyRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** A paragraph in either language, or both. */
export function steadyParagraph(random: (bound: number) => number, words: number): string {
  const han = random(3) === 0;
  const parts = Array.from({ length: words }, (_, n) => {
    if (han) return `${HAN[random(HAN.length)] ?? ''}${n % 12 === 11 ? '。' : ''}`;
    return `${WORDS[random(WORDS.length)] ?? ''}${random(900)}${n % 14 === 13 ? '.' : ''}`;
  });
  return parts.join(han ? '' : ' ');
}

/** A Markdown document with headings of three levels, lists, tables and code. */
export function steadyMarkdown(seed: number, sections: number): string {
  const random = steadyRandom(seed);
  const parts = [`# Book ${seed}`];
  for (let n = 0; n < sections; n++) {
    parts.push(`${'#'.repeat(2 + random(2))} 章节 ${n} part${n}`);
    for (let left = 1 + random(5); left > 0; left--) parts.push(steadyParagraph(random, 20 + random(160)));
    if (random(3) === 0) parts.push(Array.from({ length: 5 }, (_, i) => `- item${n}x${i}`).join('\n'));
    if (random(4) === 0) parts.push(`| key | value |\n| --- | --- |\n| k${n} | v${random(99)} |`);
    if (random(4) === 0) parts.push(`\`\`\`js\nconst value${n} = ${random(99)};\n\`\`\``);
  }
  return `${parts.join('\n\n')}\n`;
}
