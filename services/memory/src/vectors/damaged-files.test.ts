import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { settled } from './conformance.ts';
import { embeddedVectors } from './embedded.ts';
import { shortHash } from './input.ts';
import { clustered, everybodyOf, exactly, testSource } from './testing.ts';

const DIMENSIONS = 8;
const COUNT = 3000;
const GRAPH_FROM = 1000;

/** Enough for a graph. */
function entries() {
  const vector = clustered(21, DIMENSIONS, 40);
  return Array.from({ length: COUNT }, (_, at) => ({
    seq: at + 1,
    tenant: 'acme',
    user: '',
    agent: at % 3 === 0 ? 'a' : '',
    vector: vector(),
  }));
}

describe('ME-2 files of a vector index that are not as they were written', { timeout: 120_000 }, () => {
  let folder!: string;
  const all = entries();
  const fileOf = async (ending: string): Promise<string> => {
    const dir = join(folder, shortHash('e'));
    const name = (await readdir(dir)).find((one) => one.endsWith(ending));
    return join(dir, name ?? ending);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
    const indexes = embeddedVectors(folder, { graphFrom: GRAPH_FROM });
    const index = await indexes.open('e', DIMENSIONS, testSource(all));
    await settled(index);
    await index.flush(7);
    await indexes.close();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const flip = async (path: string, at: number): Promise<void> => {
    const content = await readFile(path);
    content[at] = (content[at] ?? 0) ^ 16;
    await writeFile(path, content);
  };
  const half = async (path: string): Promise<void> => truncate(path, Math.floor((await readFile(path)).length / 2));

  it.each([
    ['nothing', async (): Promise<void> => undefined, 7, /^$/],
    ['rows missing', async (): Promise<void> => rm(await fileOf('.rows')), 0, /missing/],
    ['rows truncated', async (): Promise<void> => half(await fileOf('.rows')), 0, /length/],
    ['rows with a flipped bit', async (): Promise<void> => flip(await fileOf('.rows'), 50_000), 0, /content/],
    ['manifest missing', async (): Promise<void> => rm(await fileOf('manifest.json')), 0, /missing/],
    ['manifest with a flipped bit', async (): Promise<void> => flip(await fileOf('manifest.json'), 40), 0, /damaged/],
    ['manifest empty', async (): Promise<void> => writeFile(await fileOf('manifest.json'), ''), 0, /damaged/],
    ['graph missing', async (): Promise<void> => rm(await fileOf('.graph')), 7, /graph.*missing/],
    ['graph truncated', async (): Promise<void> => half(await fileOf('.graph')), 7, /graph.*length/],
    ['graph with a flipped bit', async (): Promise<void> => flip(await fileOf('.graph'), 70_000), 7, /graph.*content/],
    [
      'rows in the place of the graph',
      async (): Promise<void> => writeFile(await fileOf('.graph'), 'usearch'),
      7,
      /graph.*length/,
    ],
  ] as const)('are noticed, and what is wrong is made anew: %s', async (_, damage, applied, said) => {
    await damage();
    const source = testSource(all);
    const indexes = embeddedVectors(folder, { graphFrom: GRAPH_FROM });
    const index = await indexes.open('e', DIMENSIONS, source);
    expect(index.applied).toBe(applied);
    expect(index.state().mended.join(' ')).toMatch(said);
    const query = clustered(22, DIMENSIONS, 40)();
    const exact = exactly(all, everybodyOf('acme'), query, 10);
    // While it is made anew every vector is looked at.
    expect((await index.search(everybodyOf('acme'), query, 10)).map(({ seq }) => seq)).toEqual(exact);
    await settled(index);
    expect(await index.seqs(0, COUNT * 2)).toHaveLength(COUNT);
    const found = (await index.search(everybodyOf('acme'), query, 10)).filter(({ seq }) => exact.includes(seq));
    expect(found.length).toBeGreaterThanOrEqual(9);
    await index.flush(8);
    await indexes.close();
    const again = await embeddedVectors(folder, { graphFrom: GRAPH_FROM }).open('e', DIMENSIONS, source);
    expect(again.applied).toBe(8);
    expect(again.state()).toEqual({ size: COUNT, mended: [] });
    await again.close();
  });

  it('are not taken for those of an embedder with other dimensions', async () => {
    const indexes = embeddedVectors(folder, { graphFrom: GRAPH_FROM });
    const vector = clustered(23, 4, 2);
    const other = [{ seq: 1, tenant: 'acme', user: '', agent: '', vector: vector() }];
    const index = await indexes.open('e', 4, testSource(other));
    expect(index.state().mended.join(' ')).toContain('8 dimensions');
    await settled(index);
    expect(await index.seqs(0, 10)).toEqual([1]);
    await indexes.close();
  });

  it('waits for a database that is away, and is made anew when it is back', async () => {
    await rm(await fileOf('.rows'));
    const source = testSource(all);
    source.isAway = true;
    const indexes = embeddedVectors(folder, { graphFrom: GRAPH_FROM });
    const index = await indexes.open('e', DIMENSIONS, source);
    await expect(index.search(everybodyOf('acme'), clustered(22, DIMENSIONS, 40)(), 3)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    source.isAway = false;
    await settled(index);
    expect(index.state().size).toBe(COUNT);
    await indexes.close();
  });
});
