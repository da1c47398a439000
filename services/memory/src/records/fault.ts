/** Places inside a write of the records at which a test can end the process. */
export const RECORDS_FAULT_POINTS = ['before-commit', 'after-commit'] as const;

/** Called whenever a write passes such a place. */
export type RecordsFault = (point: (typeof RECORDS_FAULT_POINTS)[number]) => void;
