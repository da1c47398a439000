import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { EmbeddedIndex } from './embedded/index-of-one.ts';
import { embedderOf } from './embedded/manifest.ts';
import type { VectorFault } from './fault.ts';
import { shortHash } from './input.ts';
import type { VectorIndexes } from './vectors.ts';

/** From so many memories on a graph is faster than looking at all of them (measured by `npm run bench:memory`). */
const GRAPH_FROM = 20_000;

/** What embedded indices need beside their folder. */
export interface EmbeddedVectorsDeps {
  /** For tests: called at places at which a crash is looked at. */
  readonly fault?: VectorFault;
  /** Memories of a tenant from which on it has a graph. Left out: 20,000. */
  readonly graphFrom?: number;
}

/**
 * Indices in files of this machine (usearch, in a thread of its own for each), a folder for each embedder. They are made
 * from the vectors in the database, and made anew from them when they are missing or damaged. One process at a time.
 */
export function embeddedVectors(
  dir: string,
  { fault = () => undefined, graphFrom = GRAPH_FROM }: EmbeddedVectorsDeps = {},
): VectorIndexes {
  const open = new Set<EmbeddedIndex>();
  return {
    name: 'embedded',
    async open(embedder, dimensions, source) {
      const index: EmbeddedIndex = await EmbeddedIndex.open({
        dir: join(dir, shortHash(embedder)),
        embedder,
        dimensions,
        graphFrom,
        source,
        fault,
        closed: () => open.delete(index),
      });
      open.add(index);
      return index;
    },
    async list() {
      const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const written = await Promise.all(names.map((name) => embedderOf(join(dir, name))));
      return [...new Set([...[...open].map(({ embedder }) => embedder), ...written.flatMap((name) => name ?? [])])];
    },
    async close() {
      await Promise.all([...open].map((index) => index.close()));
    },
  };
}
