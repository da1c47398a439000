/** Places inside an erasure at which a test can end the process. */
export const ERASE_FAULT_POINTS = ['after-begin', 'after-targets', 'after-store', 'before-complete'] as const;

/** Called whenever an erasure passes such a place. */
export type EraseFault = (point: (typeof ERASE_FAULT_POINTS)[number]) => void;
