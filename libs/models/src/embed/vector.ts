/** Brings a vector to unit length, in place. False where it has none: a number that is not finite, or zeros only. */
export function toUnit(vector: Float32Array): boolean {
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) sum += (vector[at] ?? 0) ** 2;
  if (!Number.isFinite(sum) || sum === 0) return false;
  const scale = 1 / Math.sqrt(sum);
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * scale;
  return true;
}
