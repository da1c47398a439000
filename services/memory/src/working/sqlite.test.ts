import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqlite, select } from '@holdfast/storage';
import { expect, it } from 'vitest';

import { describeWorking, said } from './conformance.ts';
import { WORKING_SCHEMA } from './schema.ts';
import { createSqlWorking } from './sql.ts';

const TTL_MS = 3_600_000;

async function open() {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-working-'));
  const database = await openSqlite({ dataDir });
  await database.migrate(WORKING_SCHEMA);
  const clock = { now: 1_780_000_000_000 };
  return {
    database,
    clock,
    working: createSqlWorking({ database, ttlMs: TTL_MS, now: () => clock.now }),
    outlive: async () => void (clock.now += TTL_MS),
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describeWorking('SQLite', open);

it('ME-1 a conversation lives on while it is read or written, and leaves no row behind', async () => {
  const { working, database, clock, close } = await open();
  const scope = { tenant: 't', user: '', agent: '' };
  await working.append(scope, 'read', [said('x')]);
  await working.append(scope, 'left', [said('y')]);
  for (let n = 0; n < 3; n++) {
    clock.now += TTL_MS - 1;
    expect(await working.read('t', 'read')).toBeDefined();
  }
  await working.sweep();
  const rows = await select(
    database,
    'select session from working_item union all select session from working_session',
    [],
  );
  expect(rows.map(({ session }) => session)).toEqual(['read', 'read']);
  await close();
});
