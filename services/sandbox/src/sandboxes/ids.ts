const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 19;
/** The largest multiple of 36 in a byte: what lies above would favour the first letters. */
const FAIR = 252;

/**
 * An id as E2B's sandboxes have: `i` and 19 small letters and digits, so that it can be part of a host name.
 *
 * @param random so many random bytes.
 */
export function newSandboxId(random: (bytes: number) => Uint8Array): string {
  let id = 'i';
  while (id.length <= LENGTH) {
    for (const byte of random(LENGTH)) {
      if (byte < FAIR && id.length <= LENGTH) id += ALPHABET[byte % ALPHABET.length];
    }
  }
  return id;
}
