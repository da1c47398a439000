/**
 * A new random id, 128 bits as hex. Not `crypto.randomUUID`, which browsers only have on https and on this machine: a
 * console is also reached by plain http within a network.
 */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
