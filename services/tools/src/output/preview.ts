import type { JsonObject, JsonValue } from '@holdfast/protocol';

/** How much of a value is shown. */
interface Bounds {
  /** UTF-16 code units of one string. */
  readonly characters: number;
  /** Elements of one array, and keys of one object. */
  readonly items: number;
  readonly depth: number;
}

const KEY_CHARACTERS = 100;
const SHALLOWEST = 3;
const SMALLEST: Bounds = { characters: 32, items: 2, depth: SHALLOWEST };
/** A string of at least so many characters without a space is looked at: it may be bytes. */
const BASE64_FROM = 1024;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * What of a JSON object is shown where all of it is too much: still JSON, with the beginning and the end of what is
 * long, and in words how much lies between. Bytes as base64 are only counted.
 *
 * @param maxBytes of the preview as JSON, at least 512
 */
export function previewOf(value: JsonObject, maxBytes: number): JsonObject {
  let bounds: Bounds = { characters: Math.floor(maxBytes / 2), items: Math.ceil(maxBytes / 16), depth: 24 };
  for (;;) {
    const shown = cutObject(value, bounds, bounds.depth);
    if (Buffer.byteLength(JSON.stringify(shown)) <= maxBytes) return shown;
    if (bounds.characters === SMALLEST.characters && bounds.items === SMALLEST.items) return { left_out: 'everything' };
    bounds = {
      characters: Math.max(SMALLEST.characters, Math.floor(bounds.characters * 0.6)),
      items: Math.max(SMALLEST.items, Math.floor(bounds.items * 0.6)),
      depth: Math.max(SHALLOWEST, bounds.depth - 2),
    };
  }
}

/** Whether a value is nested deeper than `most` levels. Does not recurse: a value may be nested without end. */
export function isDeeperThan(value: JsonValue, most: number): boolean {
  let level: readonly JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

function cut(value: JsonValue, bounds: Bounds, depth: number): JsonValue {
  if (typeof value === 'string') return cutText(value, bounds.characters);
  if (typeof value !== 'object' || value === null) return value;
  if (depth <= 0) return Array.isArray(value) ? `[an array of ${value.length}]` : '[an object]';
  return Array.isArray(value) ? cutArray(value, bounds, depth) : cutObject(value, bounds, depth);
}

function cutArray(array: readonly JsonValue[], bounds: Bounds, depth: number): JsonValue[] {
  if (array.length <= bounds.items) return array.map((one) => cut(one, bounds, depth - 1));
  const tail = Math.floor(bounds.items / 4);
  const head = bounds.items - tail;
  const part = (from: number, to: number): JsonValue[] =>
    array.slice(from, to).map((one) => cut(one, bounds, depth - 1));
  return [
    ...part(0, head),
    `[${array.length - head - tail} of ${array.length} left out]`,
    ...part(array.length - tail, array.length),
  ];
}

function cutObject(object: JsonObject, bounds: Bounds, depth: number): JsonObject {
  const keys = Object.keys(object);
  const shown = keys
    .slice(0, bounds.items)
    .map((key): [string, JsonValue] => [cutText(key, KEY_CHARACTERS), cut(object[key] ?? null, bounds, depth - 1)]);
  const more = keys.length - shown.length;
  return Object.fromEntries(more > 0 ? [...shown, ['[left out]', `${more} of ${keys.length} keys`]] : shown);
}

function cutText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  if (text.length >= BASE64_FROM && BASE64.test(text)) return `[base64 of ${Math.floor((text.length * 3) / 4)} bytes]`;
  const tail = Math.floor(characters / 4);
  const end = text.length - tail;
  const head = wholeBefore(text, characters - tail);
  const rest = isTrail(text, end) ? end + 1 : end;
  return `${text.slice(0, head)} [${rest - head} characters left out] ${text.slice(rest)}`;
}

/** The nearest place at or before `at` that is not inside of a surrogate pair. */
function wholeBefore(text: string, at: number): number {
  return isTrail(text, at) ? at - 1 : at;
}

function isTrail(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const here = text.charCodeAt(at);
  return before >= 0xd800 && before < 0xdc00 && here >= 0xdc00 && here < 0xe000;
}
