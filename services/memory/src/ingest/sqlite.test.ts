import { describeDocuments } from './conformance.ts';
import { openTestDocuments } from './testing.ts';

describeDocuments('SQLite', async () => {
  const only = await openTestDocuments();
  return { first: only, second: only, close: () => only.close() };
});
