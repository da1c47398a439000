/** Places inside of an ingestion at which a test can end the process, to show that it is taken up again. */
export const DOCUMENT_FAULT_POINTS = ['content-kept', 'chunks-added', 'chunks-erased', 'before-ready'] as const;

/** Called whenever an ingestion passes such a place. */
export type DocumentFault = (point: (typeof DOCUMENT_FAULT_POINTS)[number]) => void;
