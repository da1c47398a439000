import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

import { describeDatabase } from '../conformance.ts';
import { openSqlite } from './open.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-storage-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

describeDatabase('SQLite', async () => ({
  db: await openSqlite({ dataDir }),
  reopen: () => openSqlite({ dataDir }),
}));
