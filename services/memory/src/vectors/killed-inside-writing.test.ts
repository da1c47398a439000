import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { settled } from './conformance.ts';
import { embeddedVectors } from './embedded.ts';
import { shortHash } from './input.ts';
import { clustered, everybodyOf, exactly, testSource } from './testing.ts';

const PROGRAM = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

/** The same as in writer-process.ts. */
function entries() {
  const vector = clustered(11, 16, 5);
  return Array.from({ length: 120 }, (_, at) => ({
    seq: at + 1,
    tenant: at % 2 === 0 ? 'acme' : 'other',
    user: '',
    agent: '',
    vector: vector(),
  }));
}

async function killed(folder: string, verb: string, point: string): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, folder, verb, point], { stdio: ['ignore', 'inherit', 'inherit'] });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

describe('ME-2 a process killed while it writes a vector index', { timeout: 120_000 }, () => {
  it.each([
    ['flush', 'rows-written', 100],
    ['flush', 'graph-written', 100],
    ['flush', 'manifest-written', 100],
    ['flush', 'manifest-in-place', 121],
    ['rebuild', 'rebuild-begun', 0],
    ['rebuild', 'page-read', 0],
    ['rebuild', 'rows-written', 0],
    ['rebuild', 'manifest-in-place', 0],
  ] as const)(
    'leaves the index as it was, as it was to be, or to be made anew: %s, %s',
    async (verb, point, applied) => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
      const all = entries();
      const source = testSource(all);
      const first = await embeddedVectors(join(folder, 'vectors')).open('e', 16, testSource(all.slice(0, 100)));
      await settled(first);
      await first.flush(100);
      await first.close();

      await killed(folder, verb, point);

      const indexes = embeddedVectors(join(folder, 'vectors'));
      const index = await indexes.open('e', 16, source);
      expect(index.applied).toBe(applied);
      await settled(index);
      // The changes after `applied` are carried out again, as the indexer does.
      if (verb === 'flush') {
        source.vectors.delete(1);
        await index.put(all.slice(100));
        await index.remove('acme', [1]);
      }
      await index.flush(121);
      const seqs = [...source.vectors.keys()];
      expect(await index.seqs(0, 1000)).toEqual(seqs);
      const query = clustered(12, 16, 5)();
      expect((await index.search(everybodyOf('acme'), query, 10)).map(({ seq }) => seq)).toEqual(
        exactly(source.vectors.values(), everybodyOf('acme'), query, 10),
      );
      // Nothing of the interrupted writing is left: a manifest, and the rows of two tenants.
      expect(await readdir(join(folder, 'vectors', shortHash('e')))).toHaveLength(3);
      await indexes.close();
      await rm(folder, { recursive: true });
    },
  );

  it('loses nothing when it is killed again and again while it is made anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
    for (let round = 0; round < 12; round += 1) {
      await killed(folder, 'rebuild', round % 2 === 0 ? 'page-read' : 'manifest-written');
    }
    const source = testSource(entries());
    const indexes = embeddedVectors(join(folder, 'vectors'));
    const index = await indexes.open('e', 16, source);
    await settled(index);
    expect(await index.seqs(0, 1000)).toEqual([...source.vectors.keys()]);
    await indexes.close();
    await rm(folder, { recursive: true });
  });
});
