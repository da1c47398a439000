import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';
import { cellFromWire, cellToWire, type JsonValue } from '@holdfast/skill/wire';
import { z } from 'zod';

import type { SkillProvider } from './provider.ts';
import type { SqliteAnswer, SqliteQuery, SqliteStart } from './sqlite-worker.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const QUERY_MS = 10_000;

const QuerySchema = z.object({ sql: z.string().max(100_000), parameters: z.array(z.json()).max(1000) });

function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './skill-sqlite-worker.js', import.meta.url);
}

/** Where the database of a skill lies: one file for each tenant, which no other skill and no other tenant sees. */
export function databaseFile(folder: string, tenant: string, skill: string): string {
  return join(folder, `t-${encodeURIComponent(tenant)}`, `${skill}.sqlite`);
}

/** A connection of one process of a skill to its own database. SQL runs in a thread, which a query too long ends. */
export class DatabaseProvider implements SkillProvider {
  readonly #folder: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<SqliteAnswer>>();
  #worker: Promise<Worker> | undefined;
  #lastId = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async ask(method: string, args: object, asker: { skill: string; tenant: string }): Promise<JsonValue> {
    const parsed = QuerySchema.safeParse(args);
    if (method !== 'query' || !parsed.success) {
      throw new HoldfastError('INVALID_ARGUMENT', 'The database takes SQL with its parameters.');
    }
    const parameters = parsed.data.parameters.map((value) => cellFromWire(value) as SQLInputValue);
    this.#worker ??= this.#open(databaseFile(this.#folder, asker.tenant, asker.skill));
    const answer = await this.#query(await this.#worker, { id: ++this.#lastId, sql: parsed.data.sql, parameters });
    if ('error' in answer) throw new HoldfastError('INVALID_ARGUMENT', `The database refuses it: ${answer.error}.`);
    const rows = answer.rows.map((row) => row.map((cell) => cellToWire(cell as Parameters<typeof cellToWire>[0])));
    return { columns: answer.columns, rows, changes: answer.changes, lastId: answer.lastId };
  }

  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #open(file: string): Promise<Worker> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const start: SqliteStart = { file, maxBytes: MAX_BYTES };
    const worker = new Worker(workerUrl(), {
      workerData: start,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    worker.on('message', (answer: SqliteAnswer) => this.#waiting.get(answer.id)?.resolve(answer));
    worker.on('error', (error) =>
      this.#fail(new HoldfastError('UNAVAILABLE', 'The database failed.', { cause: error })),
    );
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#fail(new HoldfastError('UNAVAILABLE', 'The connection to the database has ended.'));
    });
    return worker;
  }

  async #query(worker: Worker, query: SqliteQuery): Promise<SqliteAnswer> {
    const waiting = Promise.withResolvers<SqliteAnswer>();
    this.#waiting.set(query.id, waiting);
    const timer = setTimeout(() => {
      const message = `A query took longer than ${QUERY_MS} ms. It was ended, and its transaction rolled back.`;
      this.#fail(new HoldfastError('TIMED_OUT', message));
      void worker.terminate();
    }, QUERY_MS);
    try {
      worker.postMessage(query);
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(query.id);
    }
  }

  #fail(error: HoldfastError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
