const CLOSING = new Set('"\'”’」』）)]】》');
const HAN_END = new Set('。！？；…');
const LATIN_END = new Set('.!?');
/** Before a full stop, these do not end a sentence. */
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof sr jr st vs etc e.g i.e eg ie no fig al approx dept est inc ltd co corp u.s u.k a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);
const LAST_WORD = /(?:[\p{L}\p{N}]+\.)*[\p{L}\p{N}]+$/u;

/** The sentences of a text, English or Chinese, trimmed, in order; a line's end ends one as well. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  const take = (end: number) => {
    const sentence = text.slice(start, end).trim();
    if (sentence !== '') sentences.push(sentence);
    start = end;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\n') {
      take(at + 1);
      continue;
    }
    const latin = LATIN_END.has(character);
    if (!latin && !HAN_END.has(character)) continue;
    let end = at + 1;
    while (end < text.length && isEnd(text[end] ?? '')) end++;
    if (!latin || endsLatin(text, start, at, end)) take(end);
    at = end - 1;
  }
  take(text.length);
  return sentences;
}

function isEnd(character: string): boolean {
  return CLOSING.has(character) || LATIN_END.has(character) || HAN_END.has(character);
}

/** Whether the sign at `at`, with what closes behind it up to `end`, ends a sentence that began at `start`. */
function endsLatin(text: string, start: number, at: number, end: number): boolean {
  const next = text[end];
  if (next !== undefined && !/[\s\p{Script=Han}]/u.test(next)) return false;
  if (text[at] !== '.') return true;
  const word = LAST_WORD.exec(text.slice(Math.max(start, at - 24), at))?.[0] ?? '';
  if (ABBREVIATIONS.has(word.toLowerCase()) || /^\p{Lu}$/u.test(word)) return false;
  const following = text.slice(end, end + 8).trimStart();
  return following === '' || !/^\p{Ll}/u.test(following);
}
