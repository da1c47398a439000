import type { Embedder } from '@holdfast/models';
import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { Backoff } from './backoff.ts';
import type { Remembered } from './serving.ts';

/** The configured embedder, and the one that serves before it. */
export interface Embedders {
  /** undefined: it cannot be had, now or any more. */
  get(wanted: Remembered): Promise<Embedder | undefined>;
  /** Closes the one that was opened here. */
  close(): Promise<void>;
}

/** Opens what served before when it is needed, and not again and again where that fails. */
export function createEmbedders(deps: {
  readonly configured: Embedder;
  readonly previous: (id: string, spec: JsonObject) => Promise<Embedder | undefined>;
  readonly backoff: Backoff;
  readonly monotonic: () => number;
}): Embedders {
  const { configured, previous, backoff, monotonic } = deps;
  let old: Promise<Embedder | undefined> | undefined;

  const open = async ({ embedder, spec }: Remembered): Promise<Embedder | undefined> => {
    let found: Embedder | undefined;
    try {
      found = await previous(embedder, spec);
    } catch (error) {
      backoff.failed(HoldfastError.from(error).message);
      return undefined;
    }
    if (found?.id === embedder) {
      backoff.succeeded();
      return found;
    }
    // What makes other vectors is of no use to this index.
    await found?.close();
    backoff.failed(`the embedder ${embedder} cannot be had any more`);
    return undefined;
  };

  return {
    async get(wanted) {
      if (wanted.embedder === configured.id) return configured;
      const known = await old;
      if (known?.id === wanted.embedder) return known;
      if (backoff.until > monotonic()) return undefined;
      old = open(wanted);
      await known?.close();
      return await old;
    },
    async close() {
      const known = await old;
      old = undefined;
      await known?.close();
    },
  };
}
