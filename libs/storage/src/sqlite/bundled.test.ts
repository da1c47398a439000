import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../testing.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

describe('AR-5 the production bundle', () => {
  it('finds its worker beside it', async () => {
    using folder = temporaryFolder();
    const entry = join(folder.path, 'main.mjs');
    writeFileSync(
      entry,
      `import { openSqlite } from ${JSON.stringify(join(here, 'open.ts'))};
       const db = await openSqlite({ dataDir: process.argv[2] });
       const { results } = await db.transact([{ sql: 'select 6 * 7 as n', params: [] }]);
       console.log(results[0].rows[0].n);
       await db.close();`,
    );
    const out = join(folder.path, 'dist');
    await build({
      entryPoints: { main: entry, 'sqlite-worker': join(here, 'worker.ts') },
      outdir: out,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    writeFileSync(join(out, 'package.json'), '{"type":"module"}');
    const printed = execFileSync(process.execPath, [join(out, 'main.js'), join(folder.path, 'data')], {
      encoding: 'utf8',
    });
    expect(printed).toBe('42\n');
  });
});
