/**
 * Every error code of the platform, with the gRPC status and the HTTP status that it travels under.
 * `meaning` is what docs/errors.md says of it; a test keeps the two alike.
 */
export const ERROR_CODES = {
  INVALID_ARGUMENT: { grpc: 3, http: 400, meaning: 'The request is not of the documented shape.' },
  CONFIG_INVALID: { grpc: 3, http: 400, meaning: 'The configuration has an unknown key or a wrong value.' },
  UNAUTHENTICATED: { grpc: 16, http: 401, meaning: 'No valid session or API key came with the request.' },
  PERMISSION_DENIED: { grpc: 7, http: 403, meaning: 'The role or the scope of the caller does not allow this.' },
  REFUSED: { grpc: 7, http: 403, meaning: 'A policy of the tool refuses this call; the message names the rule.' },
  NOT_FOUND: { grpc: 5, http: 404, meaning: 'There is no such thing in this tenant.' },
  ALREADY_EXISTS: { grpc: 6, http: 409, meaning: 'There is already one of this name or key.' },
  FAILED_PRECONDITION: { grpc: 9, http: 409, meaning: 'The state of the thing does not allow this now.' },
  CONFLICT: { grpc: 10, http: 409, meaning: 'Somebody else changed it first; read it again.' },
  FENCED: { grpc: 10, http: 409, meaning: 'Another worker holds the lease of this run; this one has stopped.' },
  TOO_LARGE: { grpc: 8, http: 413, meaning: 'The message is larger than the documented bound.' },
  RATE_LIMITED: { grpc: 8, http: 429, meaning: 'Too many requests; try again after Retry-After.' },
  LIMIT_EXCEEDED: { grpc: 8, http: 429, meaning: 'The run reached its limit of time, steps, tokens or money.' },
  CANCELED: { grpc: 1, http: 499, meaning: 'It was cancelled before it had finished.' },
  TIMED_OUT: { grpc: 4, http: 504, meaning: 'It took longer than its time-out and was ended.' },
  INTERNAL: { grpc: 13, http: 500, meaning: 'A defect of the platform; the log has the cause.' },
  UNAVAILABLE: { grpc: 14, http: 503, meaning: 'A part that is needed does not answer now.' },
  DATA_DIR_LOCKED: { grpc: 9, http: 503, meaning: 'Another process uses this data directory.' },
  STORAGE_UNAVAILABLE: { grpc: 14, http: 503, meaning: 'The database does not answer; nothing acknowledged is lost.' },
  STORAGE_FULL: { grpc: 8, http: 507, meaning: 'The disk is full; what was acknowledged is kept.' },
  STORAGE_CORRUPT: { grpc: 15, http: 500, meaning: 'The database file is damaged; it was not touched further.' },
  SCHEMA_TOO_NEW: { grpc: 9, http: 503, meaning: 'The data was written by a newer version of Holdfast.' },
  MODEL_UNAVAILABLE: { grpc: 14, http: 503, meaning: 'No model of the chain could answer, or none is connected.' },
  MODEL_RATE_LIMITED: { grpc: 8, http: 429, meaning: 'The model provider limits the rate.' },
  MODEL_MALFORMED: { grpc: 13, http: 502, meaning: 'The model provider sent something that cannot be read.' },
  MODEL_REJECTED: { grpc: 9, http: 502, meaning: 'The model provider refuses the request (key, model or content).' },
  TASK_UNSUPPORTED: { grpc: 9, http: 422, meaning: 'A playbook was given a task that only a model can do.' },
  TOOL_FAILED: { grpc: 13, http: 500, meaning: 'The tool ran and failed; the message says how.' },
  TOOL_UNKNOWN: { grpc: 5, http: 404, meaning: 'The agent has no tool of this name.' },
  OUTCOME_UNKNOWN: { grpc: 10, http: 409, meaning: 'A crash interrupted a write; whether it took place is not known.' },
  SANDBOX_UNAVAILABLE: {
    grpc: 9,
    http: 503,
    meaning: 'The isolation that was asked for is not there; nothing was run.',
  },
  RECOVERY_EXHAUSTED: { grpc: 10, http: 500, meaning: 'The run kept killing its worker and was stopped.' },
} as const satisfies Record<string, { grpc: number; http: number; meaning: string }>;

/** The name of one documented error code. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether `value` names a documented error code. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}
