import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Database, Schema } from './database.ts';

/** The smallest schema: numbered notes. */
export const NOTES: Schema = {
  service: 'notes',
  migrations: {
    '001': async (db) => {
      await db.schema
        .createTable('notes')
        .addColumn('id', 'bigint', (column) => column.primaryKey())
        .addColumn('text', 'text')
        .execute();
    },
  },
};

/** Keeps a note; resolves when it is durable. */
export async function addNote(db: Database, id: number, text = ''): Promise<string> {
  const sql = db.dialect === 'sqlite' ? 'insert into notes values (?, ?)' : 'insert into notes values ($1, $2)';
  const { token } = await db.transact([{ sql, params: [id, text] }]);
  return token;
}

/** The numbers of all notes, in order. */
export async function noteIds(db: Database): Promise<number[]> {
  const { results } = await db.transact([{ sql: 'select id from notes order by id', params: [] }]);
  return results[0]?.rows.map((row) => Number(row['id'])) ?? [];
}

/** A temporary folder that is removed when it goes out of scope. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-storage-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A process that holds a data directory and writes notes until it is killed. */
export interface Writer {
  readonly child: ChildProcess;
  /** The number of the next note that was acknowledged to it. Throws when it has ended. */
  nextAcknowledged(): Promise<number>;
  /** Ends it by SIGKILL and gives the numbers that it still had printed. */
  kill(): Promise<number[]>;
}

/** Starts `writer-process.ts` on a data directory. */
export function startWriter(dataDir: string): Writer {
  const program = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async nextAcknowledged() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`the writing process has ended with ${child.exitCode}`);
      return Number(next.value);
    },
    async kill() {
      child.kill('SIGKILL');
      const rest: number[] = [];
      for (let next = await lines.next(); next.done !== true; next = await lines.next()) rest.push(Number(next.value));
      return rest;
    },
  };
}
