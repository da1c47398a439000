/**
 * E2B's SDKs take only keys of the form `e2b_` and hexadecimal digits. A key of ours in that form is the same key, its
 * characters written as hexadecimal digits: nothing more is stored, and every key has one.
 */
const PREFIX = 'e2b_';

/** An API key in the form that E2B's SDKs accept. */
export function e2bKeyOf(key: string): string {
  return `${PREFIX}${Buffer.from(key, 'utf8').toString('hex')}`;
}

/** The API key that stands behind one in E2B's form; undefined for anything else. */
export function keyOfE2b(text: string): string | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const digits = text.slice(PREFIX.length);
  return /^(?:[0-9a-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex').toString('utf8') : undefined;
}
