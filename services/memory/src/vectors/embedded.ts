import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { EmbeddedIndex } from './embedded/index-of-one.ts';
import { embedderOf } from './embedded/manifest.ts';
import type { VectorFault } from './fault.ts';
import { shortHash } from './input.ts';
import type { VectorIndexes } from './vectors.ts';

/** What embedded indices need beside their folder. */
export interface EmbeddedVectorsDeps {
  /** For tests: called at places at which a crash is looked at. */
  readonly fault?: VectorFault;
}

/**
 * Indices in files of this machine (usearch, in a thread of its own for each), a folder for each embedder. They are made
 * from the vectors in the database, and made anew from them when they are missing or damaged. One process at a time.
 */
export function embeddedVectors(dir: string, { fault = () => undefined }: EmbeddedVectorsDeps = {}): VectorIndexes {
  const open = new Set<EmbeddedIndex>();
  return {
    name: 'embedded',
    async open(embedder, dimensions, source) {
      const index: EmbeddedIndex = await EmbeddedIndex.open({
        dir: join(dir, shortHash(embedder)),
        embedder,
        dimensions,
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
