import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqlite } from '@holdfast/storage';
import { afterAll } from 'vitest';

import { journalConformance } from './conformance.ts';
import { AGENT_SCHEMA } from './schema.ts';
import { createSqliteJournal } from './sqlite.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-journal-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

journalConformance('SQLite', async () => {
  const database = await openSqlite({ dataDir });
  await database.migrate(AGENT_SCHEMA);
  return { journal: createSqliteJournal(database), close: () => database.close() };
});
