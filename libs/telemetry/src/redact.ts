/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

const SECRET_KEY =
  /(^|[_-])(authorization|proxy[_-]?authorization|api[_-]?keys?|passwords?|passwd|secrets?|cookies?|tokens?|credentials?|private[_-]?key|client[_-]?secret|set[_-]cookie)$/i;
/** Counts of tokens are figures, not secrets. */
const TOKEN_COUNT = /(^|_)(max|input|output|cached|total)_.*tokens?$|^tokens$/i;
const SECRET_VALUE =
  /\b(?:hf_[A-Za-z0-9]{4,}_[A-Za-z0-9_-]{8,}|sk-[A-Za-z0-9_-]{8,}|gh[pousr]_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{20,}|xox[abpr]-[A-Za-z0-9-]{8,})/g;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*):[^\s/@"']+@/gi;
const MAX_DEPTH = 8;

/** Whether a field of this name holds a secret, whatever its value looks like (`api_key`, `apiKey`, `Set-Cookie`). */
export function isSecretKey(key: string): boolean {
  const snake = key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');
  return SECRET_KEY.test(snake) && !TOKEN_COUNT.test(snake);
}

/** Takes out of a text whatever looks like a key of ours or of a provider, a bearer token, or a password in a URL. */
export function redactText(text: string): string {
  return text
    .replaceAll(SECRET_VALUE, REDACTED)
    .replaceAll(BEARER, `$1 ${REDACTED}`)
    .replaceAll(URL_PASSWORD, `$1:${REDACTED}@`);
}

/**
 * A copy of a plain value with the secrets taken out: by the name of the field, and by the look of the text. What lies
 * deeper than eight levels is left out, so that a cycle ends.
 */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return redactFields(value as Record<string, unknown>, depth);
}

/** The same for the fields of one record. */
export function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      const hide = isSecretKey(key) && value !== undefined && value !== null && value !== '';
      return [key, hide ? REDACTED : redactValue(value, depth + 1)];
    }),
  );
}
