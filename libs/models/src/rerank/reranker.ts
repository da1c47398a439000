/** A cross-encoder: reads a query and a text together, and says how well the one answers the other. */
export interface Reranker {
  readonly id: string;
  /**
   * Scores in the order of the texts, 0 to 1.
   *
   * Throws HoldfastError: MODEL_UNAVAILABLE, MODEL_RATE_LIMITED, MODEL_MALFORMED, MODEL_REJECTED, CANCELED.
   */
  rerank(query: string, texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]>;
  close(): Promise<void>;
}
