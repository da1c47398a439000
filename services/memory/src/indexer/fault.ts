/** Places inside the work of the indexer at which a test can end the process. */
export const INDEXER_FAULT_POINTS = [
  'after-embed',
  'after-vectors',
  'after-index',
  'after-flush',
  'before-switch',
  'after-switch',
  'after-drop',
] as const;

/** Called whenever the indexer passes such a place. */
export type IndexerFault = (point: (typeof INDEXER_FAULT_POINTS)[number]) => void;
