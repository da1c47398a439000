/** Names that some systems take for devices, whatever follows the dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const MAX_PART_BYTES = 200;

/** Gives the files of an archive names that every system unpacks where they belong: below the archive, each its own. */
export class SafeNames {
  readonly #taken = new Set<string>();

  /** A relative path without `..`, control characters and what other systems forbid; a number where it is taken. */
  take(path: string): string {
    const parts = path
      .normalize('NFC')
      .split('/')
      .filter((part) => part !== '' && part !== '.' && part !== '..');
    const name = parts.map(safePart).join('/') || 'file';
    // Some systems do not tell upper from lower case.
    const isTaken = (one: string) => this.#taken.has(one.toLowerCase());
    let free = name;
    for (let number = 2; isTaken(free); number += 1) free = numbered(name, number);
    this.#taken.add(free.toLowerCase());
    return free;
  }
}

function safePart(part: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const plain = part.replaceAll(/[\u0000-\u001F\u007F"*:<>?\\|\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '_');
  const short = bounded(plain.replaceAll(/[. ]+$/g, '_'));
  return RESERVED.test(short) ? `_${short}` : short;
}

function bounded(part: string): string {
  if (Buffer.byteLength(part) <= MAX_PART_BYTES) return part;
  const dot = part.lastIndexOf('.');
  const ending = dot > 0 && part.length - dot <= 16 ? part.slice(dot) : '';
  let kept = part.slice(0, MAX_PART_BYTES);
  while (Buffer.byteLength(kept + ending) > MAX_PART_BYTES) kept = kept.slice(0, -1);
  return kept + ending;
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const hasEnding = dot > name.lastIndexOf('/') + 1;
  return hasEnding ? `${name.slice(0, dot)}-${number}${name.slice(dot)}` : `${name}-${number}`;
}
