import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqlite } from '@holdfast/storage';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createdRecord } from '../run/testing.ts';
import { AGENT_SCHEMA } from './schema.ts';
import { searchForm } from './search.ts';
import { createSqliteJournal } from './sqlite.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-search-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the text that searches compare', () => {
  it('is the same for upper and lower case, for wide letters and for letters in two parts', () => {
    expect(searchForm('ÄPFEL')).toBe('äpfel');
    expect(searchForm('ＣＳＶ')).toBe('csv');
    expect(searchForm('e\u0301')).toBe('é');
    expect(searchForm('a\u0000b')).toBe('a b');
  });
});

describe('runs of a database from before there was a search', () => {
  it('are found after the migration, however many there are', async () => {
    const database = await openSqlite({ dataDir });
    const { '001-runs': runs } = AGENT_SCHEMA.migrations;
    await database.migrate({ service: 'agent', migrations: { '001-runs': runs ?? expect.fail('no migration') } });
    const many = 1203;
    const ids = Array.from({ length: many }, (_, n) => `run_${String(n).padStart(5, '0')}`);
    await database.transact(
      ids.map((id, n) => ({
        sql: `insert into runs (id, tenant, agent, status, created_at, tags, created, summary) values (?, 't', 'a', 'queued', 1, '[]', ?, '{}')`,
        params: [id, JSON.stringify(createdRecord({ task: n % 400 === 2 ? `Ümlaut ${n}` : 'other' }))],
      })),
    );
    await database.migrate(AGENT_SCHEMA);
    const found = await createSqliteJournal(database).list({ tenant: 't', search: 'ümlaut', limit: 10 });
    expect(found.map(({ id }) => id)).toEqual(['run_01202', 'run_00802', 'run_00402', 'run_00002']);
    const { rows } = await sql<{ n: number }>`select count(*) as n from run_search`.execute(database.reader());
    expect(rows).toEqual([{ n: many }]);
    await database.close();
  });
});
