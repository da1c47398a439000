import { Parser } from 'htmlparser2';

/** What a look at the HTML of a page tells. */
export interface Look {
  /** Characters of visible text, without white space around it. */
  readonly textChars: number;
  /** Scripts that a browser would run. */
  readonly scripts: number;
  readonly images: number;
  readonly hasPassword: boolean;
  /** It sends the reader on by itself, by a meta tag. */
  readonly hasRefresh: boolean;
  /** What is said to readers without scripts. */
  readonly noscript: string;
  /** The name of an empty element that frameworks fill: root, app ... Empty: there is none. */
  readonly emptyRoot: string;
}

const UNSEEN = new Set(['script', 'style', 'template', 'head', 'svg', 'select']);
const ROOTS = /^(?:root|app|__next|__nuxt|___gatsby|svelte|main-app|react-root|q-app)$/i;
const DATA_SCRIPT = /json|template|text\/(?:html|plain)|importmap|speculationrules/i;
const MAX_NOSCRIPT = 500;

/** Looks at HTML, or the beginning of it. Takes time with its length only. */
export function lookAt(html: string): Look {
  let unseen = 0;
  let inNoscript = 0;
  const counts = { textChars: 0, scripts: 0, images: 0 };
  let hasPassword = false;
  let hasRefresh = false;
  let noscript = '';
  let emptyRoot = '';
  let root: { readonly name: string; readonly textChars: number; depth: number } | undefined;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (root) root.depth += 1;
      else if (ROOTS.test(attributes['id'] ?? '')) {
        root = { name: attributes['id'] ?? '', textChars: counts.textChars, depth: 1 };
      }
      if (UNSEEN.has(name)) unseen += 1;
      if (name === 'noscript') inNoscript += 1;
      if (name === 'script' && !DATA_SCRIPT.test(attributes['type'] ?? '')) counts.scripts += 1;
      if (name === 'img' || name === 'canvas' || name === 'video') counts.images += 1;
      if (name === 'input' && attributes['type']?.toLowerCase() === 'password') hasPassword = true;
      if (name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'refresh' && inNoscript === 0)
        hasRefresh = true;
    },
    ontext(text) {
      if (inNoscript > 0) {
        if (noscript.length < MAX_NOSCRIPT) noscript += text;
      } else if (unseen === 0) counts.textChars += text.trim().length;
    },
    onclosetag(name) {
      if (UNSEEN.has(name)) unseen -= 1;
      if (name === 'noscript') inNoscript -= 1;
      if (!root) return;
      root.depth -= 1;
      if (root.depth > 0) return;
      if (root.textChars === counts.textChars) emptyRoot = root.name;
      root = undefined;
    },
  });
  parser.end(html);
  return { ...counts, hasPassword, hasRefresh, noscript: noscript.slice(0, MAX_NOSCRIPT), emptyRoot };
}
