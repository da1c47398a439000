const FIRST_WIDE = 0x2e80;
const LAST_ASCII = 0x7f;

/**
 * How many tokens a language model will see in a text, estimated: about four characters of Latin for one, two of other
 * alphabets, one of Han, Kana and Hangul; two for what lies outside of the basic plane (emoji). Rounded up.
 */
export function estimateTokens(text: string): number {
  let quarters = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Both halves of a surrogate pair count, as does every wide character.
    if (code <= LAST_ASCII) quarters += 1;
    else quarters += code < FIRST_WIDE ? 2 : 4;
  }
  return Math.ceil(quarters / 4);
}
