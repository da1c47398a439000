import { startMilvus } from '@holdfast/testing';

import { describeVectors } from './conformance.ts';
import { milvusVectors } from './milvus.ts';

describeVectors('Milvus', async () => {
  const server = await startMilvus();
  if (server === undefined) return 'milvus-lite is not installed; run scripts/services.sh';
  const config = { url: server.url, token: '', database: 'default' };
  let indexes = milvusVectors(config);
  return {
    indexes,
    async reopen() {
      await indexes.close();
      // What was flushed must outlast a crash of the server too.
      await server.kill();
      await server.restart();
      indexes = milvusVectors(config);
      return indexes;
    },
    async stop() {
      await indexes.close();
      await server.stop();
    },
  };
});
