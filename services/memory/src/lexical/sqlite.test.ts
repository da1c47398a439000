import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqlite } from '@holdfast/storage';

import { describeLexical } from './conformance.ts';
import { createSqliteLexical } from './sqlite.ts';

describeLexical('SQLite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-lexical-'));
  const database = await openSqlite({ dataDir });
  const index = createSqliteLexical(database);
  await database.migrate(index.schema);
  return {
    database,
    index,
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
});
