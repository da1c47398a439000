/** How the bytes of a file stand for text. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252';

/** What the first bytes of a file say about it. */
export interface Detected {
  readonly encoding: Encoding | 'binary';
  /** Bytes of the byte order mark. */
  readonly bom: number;
}

/** As much of a file as is looked at. */
export const SAMPLE_BYTES = 64 * 1024;
const CONTROL_SHARE = 0.1;

/**
 * Guesses the encoding from the beginning of a file. UTF-8 where it is valid; GB 18030 where that gives Chinese text;
 * Windows-1252 for the rest; `binary` where there are NUL bytes or many control characters.
 */
export function detectEncoding(sample: Uint8Array): Detected {
  if (startsWith(sample, [0xef, 0xbb, 0xbf])) return { encoding: 'utf-8', bom: 3 };
  if (startsWith(sample, [0xff, 0xfe])) return { encoding: 'utf-16le', bom: 2 };
  if (startsWith(sample, [0xfe, 0xff])) return { encoding: 'utf-16be', bom: 2 };
  if (sample.includes(0)) return { encoding: utf16WithoutMark(sample) ?? 'binary', bom: 0 };
  if (controlShare(sample) > CONTROL_SHARE) return { encoding: 'binary', bom: 0 };
  if (isValid(sample, 'utf-8', 3)) return { encoding: 'utf-8', bom: 0 };
  if (isChinese(sample)) return { encoding: 'gb18030', bom: 0 };
  return { encoding: 'windows-1252', bom: 0 };
}

function startsWith(sample: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => sample[index] === byte);
}

/** Mostly Latin text has a NUL in nearly every second byte, always on the same side. */
function utf16WithoutMark(sample: Uint8Array): Encoding | undefined {
  const pairs = Math.floor(sample.length / 2);
  if (pairs < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let index = 0; index + 1 < sample.length; index += 2) {
    if (sample[index] === 0) even += 1;
    if (sample[index + 1] === 0) odd += 1;
  }
  if (odd > pairs * 0.7 && even === 0) return 'utf-16le';
  return even > pairs * 0.7 && odd === 0 ? 'utf-16be' : undefined;
}

function controlShare(sample: Uint8Array): number {
  let controls = 0;
  for (const byte of sample) if (byte < 0x20 && (byte < 0x07 || byte > 0x0d) && byte !== 0x1b) controls += 1;
  return sample.length === 0 ? 0 : controls / sample.length;
}

/** Valid but for a character that the end of the sample may have cut: `most` bytes at most. */
function isValid(sample: Uint8Array, encoding: 'utf-8' | 'gb18030', most: number): boolean {
  for (let cut = 0; cut <= Math.min(most, sample.length); cut += 1) {
    if (decodes(sample.subarray(0, sample.length - cut), encoding)) return true;
    if (sample.length < SAMPLE_BYTES) return false;
  }
  return false;
}

function decodes(bytes: Uint8Array, encoding: string): boolean {
  return decodeStrictly(bytes, encoding) !== undefined;
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Most of what is not ASCII becomes common Han characters or Chinese punctuation. */
function isChinese(sample: Uint8Array): boolean {
  for (let cut = 0; cut <= 3; cut += 1) {
    const text = decodeStrictly(sample.subarray(0, sample.length - cut), 'gb18030');
    if (text === undefined) continue;
    const foreign = text.match(/[\u0080-\u{10ffff}]/gu) ?? [];
    const han = foreign.filter((character) => /[\u4e00-\u9fa5\u3000-\u303f\uff00-\uffef]/.test(character));
    return han.length > foreign.length * 0.8;
  }
  return false;
}
