import type { ErrorCode } from '@holdfast/protocol';

/** Why a request is not carried out, and how that is told to the client. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: 400 | 403 | 429 | 502 | 504;
  readonly code: ErrorCode;
  /** `deny`: the proxy does not let it through. `allow`: it would, but the other side did not answer. */
  readonly verdict: 'allow' | 'deny';
  /** As in the record. */
  readonly rule: string;
  readonly reason: string;
  /** The key of the configuration that would allow it. */
  readonly key?: string;
}

/** The policy does not allow it. */
export function refusedBy(rule: string, reason: string, key: string): Refusal {
  return { status: 403, code: 'REFUSED', verdict: 'deny', rule, reason, key };
}

/** The request is not one that a proxy can serve. */
export function badRequest(reason: string): Refusal {
  return { status: 400, code: 'INVALID_ARGUMENT', verdict: 'deny', rule: 'request', reason };
}

/** A limit of the context is used up. */
export function overLimit(reason: string, key: string | undefined): Refusal {
  const refusal = { status: 429, code: 'LIMIT_EXCEEDED', verdict: 'deny', rule: 'limit', reason } as const;
  return key === undefined ? refusal : { ...refusal, key };
}

/** It was allowed, but the other side cannot be reached or failed. */
export function upstreamFailed(rule: string, reason: string): Refusal {
  return { status: 502, code: 'UNAVAILABLE', verdict: 'allow', rule, reason };
}

/** It was allowed, but the connection broke. */
export function connectionFailed(rule: string, error: unknown): Refusal {
  const how = error instanceof Error ? error.message : String(error);
  return upstreamFailed(rule, `the connection to the server failed (${how})`);
}

/** It was allowed, but took too long. */
export function upstreamSlow(rule: string, reason: string): Refusal {
  return { status: 504, code: 'TIMED_OUT', verdict: 'allow', rule, reason };
}
