/** Turns texts into vectors that are near one another where the texts mean, or for the lexical one say, the same. */
export interface Embedder {
  /** Changes whenever the vectors of a text would: provider, model, dimensions, version. */
  readonly id: string;
  readonly dimensions: number;
  /** lexical: knows words and parts of words only, not what they mean. */
  readonly kind: 'lexical' | 'endpoint' | 'folder';
  /** Texts that it takes at once; `embed` divides a longer list itself. */
  readonly maxBatch: number;
  /**
   * Vectors of unit length, in the order of the texts. An empty text has a vector too.
   *
   * Throws HoldfastError: MODEL_UNAVAILABLE and MODEL_RATE_LIMITED (try again later), MODEL_MALFORMED, MODEL_REJECTED,
   * CANCELED.
   *
   * @param purpose some models embed what is asked and what is found differently
   */
  embed(
    texts: readonly string[],
    purpose: 'query' | 'document',
    signal?: AbortSignal,
  ): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}
