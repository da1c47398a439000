import { redactValue } from '@holdfast/telemetry';

/** Most bytes of what is kept of one request. */
const MAX_BYTES = 2048;
/** To how many characters texts are shortened, one after the other, until all of it fits. */
const TEXT_LIMITS = [400, 100, 20];

/**
 * What the audit log keeps of a request, as JSON: the named fields of its body and no other, without secrets, at most
 * 2 KB. Long texts are cut; what is too large even so is left out, and that is said.
 */
export function auditDetail(body: unknown, fields: readonly string[]): string {
  if (typeof body !== 'object' || body === null) return '{}';
  const named = Object.entries(body).filter(([key, value]) => fields.includes(key) && value !== undefined);
  const safe = redactValue(Object.fromEntries(named));
  for (const limit of TEXT_LIMITS) {
    const text = JSON.stringify(shorten(safe, limit));
    if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  }
  return JSON.stringify({ left_out: named.map(([key]) => key) });
}

function shorten(value: unknown, limit: number): unknown {
  if (typeof value === 'string') return value.length > limit ? `${value.slice(0, limit)}…` : value;
  if (Array.isArray(value)) return value.map((item) => shorten(item, limit));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shorten(one, limit)]));
}
