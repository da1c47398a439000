import { describeRecords } from './conformance.ts';
import { openTestRecords, recordsOver } from './testing.ts';

describeRecords('SQLite', async () => {
  const first = await openTestRecords();
  let ids = 0;
  // A second user of the same file has keys and ids of its own.
  const second = await recordsOver(first.database, { newId: () => `second_${++ids}` });
  return { first, second, close: () => first.close() };
});
