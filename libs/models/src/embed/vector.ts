/** Brings a vector to unit length, in place. False where it has none: a number that is not finite, or zeros only. */
export function toUnit(vector: Float32Array): boolean {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!Number.isFinite(sum) || sum === 0) return false;
  const scale = 1 / Math.sqrt(sum);
  if (!Number.isFinite(scale)) return false;
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * scale;
  return true;
}

/** What stands in for a text without anything to read: models refuse an empty text, or make zeros of it. */
const NOTHING = '.';

/**
 * A text as models take it: without NUL and lone surrogates, not longer than `maxChars` (UTF-16 units), never empty.
 *
 * @param prefix stands before it and does not count
 */
export function readable(text: string, prefix: string, maxChars: number): string {
  const cut = text.length > maxChars ? text.slice(0, maxChars) : text;
  const plain = cut.replaceAll('\0', ' ').toWellFormed();
  return `${prefix}${plain.trim() === '' ? NOTHING : plain}`;
}
