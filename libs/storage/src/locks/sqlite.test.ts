import { openSqlite } from '../sqlite/open.ts';
import { temporaryFolder } from '../testing.ts';
import { describeLocks } from './conformance.ts';
import { createSqlLocks, LOCKS_SCHEMA } from './sql.ts';

describeLocks('SQLite', async () => {
  const folder = temporaryFolder();
  const database = await openSqlite({ dataDir: folder.path });
  await database.migrate(LOCKS_SCHEMA);
  return {
    stores: [createSqlLocks(database), createSqlLocks(database)],
    close: async () => {
      await database.close();
      folder[Symbol.dispose]();
    },
  };
});
