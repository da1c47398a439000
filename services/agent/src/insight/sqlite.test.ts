import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqlite } from '@holdfast/storage';
import { afterAll } from 'vitest';

import { AGENT_SCHEMA } from '../journal/schema.ts';
import { insightConformance } from './conformance.ts';
import { createInsightStore } from './store.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-insight-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

insightConformance('SQLite', async () => {
  const database = await openSqlite({ dataDir });
  await database.migrate(AGENT_SCHEMA);
  return { store: createInsightStore(database), close: () => database.close() };
});
