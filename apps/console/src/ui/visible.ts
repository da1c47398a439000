const BIDI = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** Names the characters that would reorder the text around them (right-to-left overrides): nothing looks like what it is not. */
export function visible(text: string): string {
  return text.replaceAll(BIDI, (char) => `⟨U+${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`);
}
