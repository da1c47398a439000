/** Places inside the making of the embedded index's files at which a test can end the process. */
export const VECTOR_FAULT_POINTS = [
  'rebuild-begun',
  'page-read',
  'rows-written',
  'graph-written',
  'manifest-written',
  'manifest-in-place',
] as const;

/** Called whenever the making of files passes such a place. */
export type VectorFault = (point: (typeof VECTOR_FAULT_POINTS)[number]) => void;
