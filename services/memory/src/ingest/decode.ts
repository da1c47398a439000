import { HoldfastError } from '@holdfast/protocol';

/** Bytes that are looked at to tell what a file is. */
const LOOKED_AT = 64 * 1024;
/** Of the characters of a text, this share may be control characters. */
const MAX_CONTROLS = 0.02;
/** Control characters but for white space, and what stands for bytes that are no text. */
const CONTROLS = /(?!\s)[\p{Cc}\uFFFD]/gu;
const NAMED = /(?:charset\s*=|encoding\s*=)\s*["']?\s*([\w-]{2,40})/i;
const LEGACY = ['gb18030', 'big5'] as const;
/** What is typical of Chinese prose in either script; mojibake has hardly any of it. */
const COMMON =
  /[的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取完举色這個為國時來們發動會過說產種經進著電裡現實開點從業應還當關與無變條沒結問題體]/gu;

/**
 * The text of a file: by its byte order mark, else as UTF-8, else in the encoding that its media type or its beginning
 * names, else in the one of the legacy Chinese encodings that reads best. Line ends become \n; NUL characters and
 * halves of surrogate pairs, which no database takes, are left out.
 *
 * Throws INVALID_ARGUMENT for what is no text.
 */
export function decodeText(bytes: Uint8Array, mediaType = ''): string {
  const text = decoded(bytes, mediaType);
  const start = text.slice(0, LOOKED_AT);
  if ((start.match(CONTROLS)?.length ?? 0) > Math.max(1, start.length * MAX_CONTROLS)) throw notText();
  return text.toWellFormed().replaceAll('\0', '').replaceAll(/\r\n?/g, '\n');
}

function decoded(bytes: Uint8Array, mediaType: string): string {
  const marked = markOf(bytes);
  if (marked) return new TextDecoder(marked).decode(bytes);
  const wide = wideOf(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  const utf8 = strictly('utf-8', bytes);
  if (utf8 !== undefined) return utf8;
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  const named = NAMED.exec(mediaType)?.[1] ?? NAMED.exec(beginning)?.[1];
  if (named !== undefined) {
    const text = loosely(named, bytes);
    if (text !== undefined) return text;
  }
  return legacy(bytes) ?? loosely('windows-1252', bytes) ?? '';
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** UTF-16 without a mark: in text with Latin letters, spaces or digits one byte of many pairs is zero. */
function wideOf(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, LOOKED_AT - (LOOKED_AT % 2));
  if (start.length < 4) return undefined;
  let [even, odd] = [0, 0];
  for (let at = 0; at + 1 < start.length; at += 2) {
    if (start[at] === 0) even++;
    if (start[at + 1] === 0) odd++;
  }
  const pairs = start.length / 2;
  if (odd > pairs * 0.3 && even < pairs * 0.01) return 'utf-16le';
  if (even > pairs * 0.3 && odd < pairs * 0.01) return 'utf-16be';
  return undefined;
}

function strictly(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    // What TextDecoder throws for bytes that are not in this encoding: another one is tried.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function loosely(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch (error) {
    // An encoding that nobody knows by this name.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function legacy(bytes: Uint8Array): string | undefined {
  let best: { readonly text: string; readonly score: number } | undefined;
  for (const encoding of LEGACY) {
    const text = strictly(encoding, bytes);
    if (text === undefined) continue;
    const start = text.slice(0, LOOKED_AT);
    const han = start.match(/\p{Script=Han}/gu)?.length ?? 0;
    const score = han === 0 ? 0 : (start.match(COMMON)?.length ?? 0) / han;
    if (score > (best?.score ?? 0.05)) best = { text, score };
  }
  return best?.text;
}

function notText(): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    'This is no text and none of the formats that can be read (Markdown, HTML, PDF, DOCX, CSV, source code, plain text). ' +
      'Nothing was kept: convert it to one of them.',
  );
}
