import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

describe('ME-2 the production bundle', { timeout: 120_000 }, () => {
  it('finds the worker of the vector index beside it, and the client of Milvus in it', async () => {
    // Inside of the repository, where the native add-on is found.
    const folder = await mkdtemp(join(here, '.bundled-'));
    try {
      const entry = join(folder, 'main.mjs');
      await writeFile(
        entry,
        `import { embeddedVectors } from ${JSON.stringify(join(here, 'embedded.ts'))};
         import { milvusVectors } from ${JSON.stringify(join(here, 'milvus.ts'))};
         const entries = [1, 2].map((seq) => (
           { seq, tenant: 't', user: '', agent: '', vector: Float32Array.of(seq === 1 ? 1 : 0, 0, 1) }));
         const source = { read: async () => [], get: async () => entries, count: async () => 0 };
         const indexes = embeddedVectors(process.argv[2]);
         const index = await indexes.open('e', 3, source);
         await index.put(entries);
         const viewer = { tenant: 't', user: '', agent: '', everybody: true };
         const [best] = await index.search(viewer, Float32Array.of(1, 0, 1), 1);
         await indexes.close();
         const milvus = await milvusVectors({ url: '127.0.0.1:1', token: '', database: 'default' }).open('e', 3, source);
         const gone = await milvus.seqs(0, 1).catch((error) => error.code);
         console.log(best.seq, gone);
         process.exit();`,
      );
      const out = join(folder, 'dist');
      await build({
        entryPoints: { main: entry, 'vectors-worker': join(here, 'embedded', 'worker.ts') },
        outdir: out,
        bundle: true,
        platform: 'node',
        format: 'esm',
        external: ['usearch'],
        banner: {
          js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
        },
        logLevel: 'error',
      });
      await writeFile(join(out, 'package.json'), '{"type":"module"}');
      const printed = execFileSync(process.execPath, [join(out, 'main.js'), join(folder, 'data')], {
        encoding: 'utf8',
      });
      expect(printed).toBe('1 STORAGE_UNAVAILABLE\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
