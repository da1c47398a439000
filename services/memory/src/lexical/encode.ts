import { createHash } from 'node:crypto';

/** More of a term is not indexed. UTF-16 units. */
const MOST_TERM = 200;
const SAFE = /^[a-z0-9]{1,200}$/;
const UNSAFE = /[^a-z0-9\u0080-\uffff]/g;
const PRIVATE_USE = 0xe000;
const TENANT_LENGTH = 6;
/** Bytes of a mark: two terms of one document share theirs once in 16 million. */
const MARK_BYTES = 3;

/**
 * A term in the alphabet that FTS5's `ascii` tokeniser takes as one token and its query language as plain text: small
 * letters, digits, and all beyond ASCII. Other ASCII moves to the private use area, so that no term can end its quotes.
 * Empty where nothing of it can be indexed.
 */
export function encodeTerm(term: string): string {
  if (SAFE.test(term)) return term;
  return term
    .slice(0, MOST_TERM)
    .toWellFormed()
    .replace(UNSAFE, (sign) => String.fromCharCode(PRIVATE_USE + sign.charCodeAt(0)));
}

/**
 * What stands before each term of a tenant in an index that all share: its terms are counted and read apart from those
 * of others. Two tenants may share it, which costs speed alone: who sees what is decided by the entry's scope.
 */
export function tenantPrefix(tenant: string): string {
  const digest = createHash('sha256').update(tenant).digest().readUIntBE(0, 6);
  return digest.toString(36).padStart(TENANT_LENGTH, '0').slice(-TENANT_LENGTH);
}

/** Three bytes for a term (FNV-1a with a final mix), to see fast whether a document has it. */
export function markOf(encoded: string): Uint8Array {
  const mark = new Uint8Array(MARK_BYTES);
  writeMark(mark, 0, encoded);
  return mark;
}

/** The marks of the distinct terms, one after the other. */
export function marksOf(encoded: Iterable<string>): Uint8Array {
  const terms = [...new Set(encoded)];
  const marks = new Uint8Array(terms.length * MARK_BYTES);
  for (const [at, term] of terms.entries()) writeMark(marks, at * MARK_BYTES, term);
  return marks;
}

function writeMark(into: Uint8Array, at: number, term: string): void {
  let hash = 0x811c9dc5;
  for (let unit = 0; unit < term.length; unit++) hash = Math.imul(hash ^ term.charCodeAt(unit), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash ^= hash >>> 13;
  for (let byte = 0; byte < MARK_BYTES; byte++) into[at + byte] = (hash >>> (8 * byte)) & 0xff;
}
