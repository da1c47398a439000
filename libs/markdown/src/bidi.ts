import type { ElementContent, Text } from 'hast';
import { toHtml } from 'hast-util-to-html';

/** Characters that reorder what stands around them, and are not seen: marks, embeddings, overrides, isolates. */
const CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A text whose direction controls are shown by their numbers instead of being obeyed. */
export function withVisibleControls(text: string): (ElementContent & { type: 'element' | 'text' })[] {
  const parts: (ElementContent & { type: 'element' | 'text' })[] = [];
  let from = 0;
  for (const match of text.matchAll(CONTROLS)) {
    if (match.index > from) parts.push({ type: 'text', value: text.slice(from, match.index) });
    const number = match[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const children: Text[] = [{ type: 'text', value: `U+${number}` }];
    parts.push({ type: 'element', tagName: 'span', properties: { className: ['bidi'] }, children });
    from = match.index + 1;
  }
  if (from < text.length || parts.length === 0) parts.push({ type: 'text', value: text.slice(from) });
  return parts;
}

/** The same as HTML, for text that is added to a page as it comes. */
export function textToHtml(text: string): string {
  return toHtml(withVisibleControls(text));
}
