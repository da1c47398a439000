import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

import { DATABASE_FILE, type Database, openSqlite } from '@holdfast/storage';

// What a durable commit of the embedded database costs: CPU of all threads, bytes written, commits per second.
// The batch is that of one journal append: check the lease, add two small rows, update one.

const BUDGET_CPU_MICROS = 500;
const { values } = parseArgs({ options: { json: { type: 'boolean' }, 'page-size': { type: 'string' } } });

interface Figures {
  readonly commitsPerSecond: number;
  readonly cpuMicros: number;
  /** Undefined where the system does not count it (only Linux does). */
  readonly bytes: number | undefined;
}

function bytesWritten(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

async function createTables(db: Database): Promise<void> {
  await db.migrate({
    service: 'bench',
    migrations: {
      '001': async (on) => {
        for (const table of ['journal', 'events']) {
          await on.schema
            .createTable(table)
            .addColumn('n', 'integer', (column) => column.primaryKey())
            .addColumn('body', 'text')
            .execute();
        }
        await on.schema
          .createTable('runs')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('fence', 'integer')
          .addColumn('summary', 'text')
          .execute();
      },
    },
  });
  await db.transact([{ sql: 'insert into runs values (?, ?, ?)', params: ['run', 1, ''] }]);
}

function append(db: Database, n: number): Promise<unknown> {
  return db.transact([
    { sql: 'select 1 from runs where id = ? and fence = ?', params: ['run', 1], expect: 1, otherwise: 'FENCED' },
    { sql: 'insert into journal values (?, ?)', params: [n, 'r'.repeat(250)], expect: 1 },
    { sql: 'insert into events values (?, ?)', params: [n, 'e'.repeat(250)], expect: 1 },
    { sql: 'update runs set summary = ? where id = ?', params: [`after ${n} ${'s'.repeat(150)}`, 'run'], expect: 1 },
  ]);
}

let last = 0;
async function measure(db: Database, commits: number, writers: number): Promise<Figures> {
  const [cpu, bytes, time] = [process.cpuUsage(), bytesWritten(), performance.now()];
  let left = commits;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (left-- > 0) await append(db, ++last);
    }),
  );
  const seconds = (performance.now() - time) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const after = bytesWritten();
  return {
    commitsPerSecond: Math.round(commits / seconds),
    cpuMicros: Math.round((user + system) / commits),
    bytes: bytes === undefined || after === undefined ? undefined : Math.round((after - bytes) / commits),
  };
}

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
try {
  if (values['page-size'] !== undefined) {
    // A file keeps the page size it was made with.
    const made = new DatabaseSync(join(dataDir, DATABASE_FILE));
    made.exec(`pragma page_size = ${Number(values['page-size'])}; vacuum`);
    made.close();
  }
  const db = await openSqlite({ dataDir });
  await createTables(db);
  await measure(db, 500, 1);
  const figures = { alone: await measure(db, 2_000, 1), hundredWriters: await measure(db, 20_000, 100) };
  await db.close();
  if (values.json) console.log(JSON.stringify(figures));
  else console.table(figures);
  if (figures.alone.cpuMicros > BUDGET_CPU_MICROS) {
    console.error(`Over budget: a commit took more than ${BUDGET_CPU_MICROS} us of CPU.`);
    process.exitCode = 1;
  }
} finally {
  rmSync(dataDir, { recursive: true });
}
