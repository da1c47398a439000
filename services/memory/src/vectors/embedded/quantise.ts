/** The largest part of a quantised vector. */
const LARGEST = 127;

/**
 * Writes a vector as signed bytes. Each vector has a scale of its own, so that its largest part becomes 127: the cosine
 * knows no length, and vectors with many small parts keep as many steps as others.
 */
export function quantise(vector: Float32Array, into: Int8Array, offset: number): void {
  let largest = 0;
  for (const part of vector) largest = Math.max(largest, Math.abs(part));
  const scale = largest === 0 ? 0 : LARGEST / largest;
  for (let at = 0; at < vector.length; at += 1) into[offset + at] = Math.round((vector[at] ?? 0) * scale);
}
