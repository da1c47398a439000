/** Places inside a compression at which a test can end the process, to show that nothing is lost or doubled. */
export const FORGETTING_FAULT_POINTS = ['before-replace', 'after-replace'] as const;

/** Called whenever a compression passes such a place. */
export type ForgettingFault = (point: (typeof FORGETTING_FAULT_POINTS)[number]) => void;
