import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeVectors } from './conformance.ts';
import { embeddedVectors } from './embedded.ts';

describeVectors('embedded files', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
  let indexes = embeddedVectors(dir);
  return {
    indexes,
    async reopen() {
      await indexes.close();
      indexes = embeddedVectors(dir);
      return indexes;
    },
    async stop() {
      await indexes.close();
      await rm(dir, { recursive: true });
    },
  };
});
