const MAX_CHARS = 1000;
const MAX_TOKENS = 60;

/** What differs between two entries of the same kind, most specific first. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}\b/g, '<email>'],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]]+/gi, '<url>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<ip>'],
  [/"(?:[^"\\]|\\.){0,400}"|'[^'\s][^']{0,200}'|`[^`]{0,200}`/g, '<text>'],
  [/(?<![\w<])(?:[A-Za-z]:)?(?:[\\/][\w.@+~=%-]+){2,}[\\/]?/g, '<path>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b/gi, '<hex>'],
  [/(?<![A-Za-z])[+-]?\d+(?:[.,]\d+)*(?=(?:[a-zA-Zµ%]{1,3})?\b|$|[^\w])/g, '<n>'],
];

/** The words of a message, with everything that is a value put in brackets. */
export function maskedWords(message: string): string[] {
  let text = message.slice(0, MAX_CHARS);
  for (const [pattern, mask] of MASKS) text = text.replace(pattern, mask);
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.slice(0, MAX_TOKENS).map((word) => (/\d/.test(word) ? word.replaceAll(/\d+/g, '<n>') : word));
}
