/** Places inside a write at which a test can end the process, to show that nothing is lost or half there. */
export const STORE_FAULT_POINTS = [
  'before-chunks',
  'after-chunks',
  'after-chunk-rows',
  'before-version',
  'after-version',
] as const;

/** Called whenever a write passes such a place. */
export type StoreFault = (point: (typeof STORE_FAULT_POINTS)[number]) => void;
