/** The documented body of an error. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What the server answered in place of a success; status 0 and code OFFLINE where there was no answer. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(body: ErrorBody, status: number, cause?: unknown) {
    super(body.message, { cause });
    this.name = 'ApiError';
    this.code = body.code;
    this.status = status;
    this.details = body.details ?? {};
  }
}

/** Whether trying again may help by itself: the server is away, or was asked too often. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status);
}
