import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol/error';

import type { StoredVector } from '../records/records.ts';
import type { Viewer } from '../record.ts';

/** A name that files, tables and collections may have, whatever the embedder or tenant is called: 16 hexadecimal digits. */
export function shortHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/** Throws INVALID_ARGUMENT where an entry cannot be one of this index; nothing was changed then. */
export function checkEntries(entries: readonly StoredVector[], dimensions: number): void {
  for (const { seq, vector } of entries) {
    if (!Number.isSafeInteger(seq) || seq <= 0) {
      throw new HoldfastError('INVALID_ARGUMENT', `A vector has the key ${seq}; keys are whole numbers above 0.`);
    }
    checkVector(vector, dimensions);
  }
}

/** Throws INVALID_ARGUMENT where a vector has another length, or a number that is none. */
export function checkVector(vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `A vector has ${vector.length} dimensions where this index has ${dimensions}. Nothing was changed. Embed the text ` +
        'with the embedder of this index.',
    );
  }
  for (const part of vector) {
    if (!Number.isFinite(part)) {
      throw new HoldfastError('INVALID_ARGUMENT', 'A vector has a part that is no number. Nothing was changed.');
    }
  }
}

/** Whether a vector has no direction: nothing is near to it. */
export function isZero(vector: Float32Array): boolean {
  return vector.every((part) => part === 0);
}

/** Whether the viewer sees what belongs to this tenant, user and agent. */
export function sees(viewer: Viewer, owner: Pick<StoredVector, 'tenant' | 'user' | 'agent'>): boolean {
  if (owner.tenant !== viewer.tenant) return false;
  if (viewer.everybody) return true;
  return (owner.user === '' || owner.user === viewer.user) && (owner.agent === '' || owner.agent === viewer.agent);
}

/** The cosine of two vectors of which the first has unit length, or any length that all candidates are divided by. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** A copy of unit length; a zero vector stays one. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector.slice() : vector.map((part) => part / length);
}

/** The last entry of each key, in the order of the keys: what a repeated put leaves. */
export function lastOfEach(entries: readonly StoredVector[]): StoredVector[] {
  const last = new Map(entries.map((entry) => [entry.seq, entry]));
  return [...last.values()].toSorted((a, b) => a.seq - b.seq);
}
