import type { Nodes } from 'mdast';

import type { ParseState } from './limits.ts';
import { fragment, MARKER } from './marker.ts';
import { normalise } from './normalise.ts';
import type { LinkOf, MarkdownOptions } from './options.ts';
import { parse } from './parse.ts';

/** A change of one place of the text. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A marker as it stands in Markdown, where its brackets may be escaped. */
const WRITTEN_MARKER = /\\?\[[\w.:-]{1,120}\\?\]/g;
const MARKER_ONLY = new RegExp(`^(?:${MARKER.source})$`);
const SAFE_ADDRESS = /^(?:https?:|mailto:|#|[^:]*$)/i;
/** What was HTML a moment ago can be Markdown once it is text; it is at peace after a few looks. */
const MOST_LOOKS = 5;

/**
 * Markdown that says the same and does nothing, whatever shows it: HTML is escaped, an image is a link, a link that
 * leads to neither the web, a mailbox nor the document is text, and direction controls are named by their numbers. A
 * text that is beyond the limits of this parser comes back as one block of code.
 *
 * @param options of them `linkOf` and `learn`, which link statements to actions as they do on a page.
 */
export function inertMarkdown(text: string, options: Pick<MarkdownOptions, 'linkOf' | 'learn'> = {}): string {
  let current = namedControls(normalise(text));
  options.learn?.(current);
  let { linkOf } = options;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const state: ParseState = { defined: [], limited: false };
    const edits = editsOf(parse(current, state), current, linkOf);
    // What is not seen here, another parser may still see.
    if (state.limited) break;
    if (edits.length === 0 && !linkOf) return current;
    current = applied(current, edits);
    // Once is enough: what is a link now becomes none again.
    linkOf = undefined;
  }
  return asCode(current);
}

/** Text in which direction controls are named by their numbers instead of being obeyed. */
export function namedControls(text: string): string {
  return text.replaceAll(
    /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g,
    (control) => `U+${control.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function editsOf(root: Nodes, text: string, linkOf: LinkOf | undefined): Edit[] {
  const edits: Edit[] = [];
  const open: Nodes[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    const from = node.position?.start.offset;
    const to = node.position?.end.offset;
    if (from !== undefined && to !== undefined) {
      for (const edit of editOf(node, from, to, text)) edits.push(edit);
      if (linkOf) for (const edit of citationsOf(node, from, to, text, linkOf)) edits.push(edit);
    }
    // A link within a link is none.
    const isLink = node.type === 'link' || node.type === 'linkReference';
    if ('children' in node && !(isLink && linkOf)) for (const child of node.children) open.push(child);
  }
  return edits;
}

function editOf(node: Nodes, from: number, to: number, text: string): Edit[] {
  if (node.type === 'html') return [{ from, to, text: text.slice(from, to).replaceAll('<', '&lt;') }];
  if (node.type === 'image' || node.type === 'imageReference') return [{ from, to: from + 1, text: '' }];
  if ((node.type !== 'link' && node.type !== 'definition') || SAFE_ADDRESS.test(node.url)) return [];
  return [{ from, to: from + 1, text: text[from] === '<' ? '&lt;' : `\\${text[from]}` }];
}

/** Markers and inline code as links to the actions that they stand for. */
function citationsOf(node: Nodes, from: number, to: number, text: string, linkOf: LinkOf): Edit[] {
  const source = text.slice(from, to);
  if (node.type === 'inlineCode') {
    const href = fragment(linkOf({ kind: 'code', text: node.value }));
    return href === undefined ? [] : [{ from, to, text: `[${source}](${href})` }];
  }
  if (node.type !== 'text') return [];
  return [...source.matchAll(WRITTEN_MARKER)].flatMap((match) => {
    const marker = match[0].replaceAll('\\', '');
    const href = MARKER_ONLY.test(marker) ? fragment(linkOf({ kind: 'marker', text: marker })) : undefined;
    if (href === undefined) return [];
    const at = from + match.index;
    return [{ from: at, to: at + match[0].length, text: `[\\[${marker.slice(1, -1)}\\]](${href})` }];
  });
}

/** The text with all edits; of two that overlap, the first one. */
function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    if (edit.from < done) continue;
    parts.push(text.slice(done, edit.from), edit.text);
    done = edit.to;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

function asCode(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}\n${text}\n${fence}\n`;
}
