import type { Element, ElementContent, Root } from 'hast';

import { withVisibleControls } from './bidi.ts';
import { highlight } from './highlight.ts';
import { fragment, MARKER } from './marker.ts';
import type { LinkOf } from './options.ts';
import type { Slugs } from './slug.ts';
import type { Texts } from './texts.ts';

/** What the decoration of a document needs. */
export interface Decoration {
  readonly slugs: Slugs;
  readonly texts: Texts;
  readonly linkOf?: LinkOf | undefined;
}

/** Elements whose first strong character decides their direction, whatever the page's is. */
const DIRECTED = new Set(['p', 'li', 'blockquote', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const HEADING = /^h[1-6]$/;

/** Makes a sanitised tree fit for people: directions, ids, labels, links, colours. Everything added here is our own. */
export function decorate(root: Root, how: Decoration): ElementContent[] {
  return root.children.flatMap((child) => (child.type === 'doctype' ? [] : node(child, how, false)));
}

function node(content: ElementContent, how: Decoration, inLink: boolean): ElementContent[] {
  if (content.type === 'text') return inLink ? withVisibleControls(content.value) : cited(content.value, how);
  if (content.type !== 'element') return [];
  const element: Element = content;
  const { tagName } = element;
  if (tagName === 'pre') return [codeBlock(element)];
  if (HEADING.test(tagName)) element.properties['id'] ??= how.slugs.next(textOf(element));
  if (DIRECTED.has(tagName)) element.properties['dir'] = 'auto';
  if (tagName === 'code') return [inlineCode(element, how, inLink)];
  const isLink = tagName === 'a';
  if (isLink) leadOut(element);
  if (element.properties['className']?.toString() === 'task-list-item') labelTask(element, how.texts);
  if (tagName === 'th') element.properties['scope'] = 'col';
  element.children = element.children.flatMap((child) => node(child, how, inLink || isLink));
  return [tagName === 'table' ? scrolling(element, how.texts) : element];
}

/** Text with its markers as links. */
function cited(value: string, { linkOf }: Decoration): ElementContent[] {
  const parts: ElementContent[][] = [];
  let from = 0;
  for (const match of linkOf ? value.matchAll(MARKER) : []) {
    const href = fragment(linkOf?.({ kind: 'marker', text: match[0] }));
    if (href === undefined) continue;
    if (match.index > from) parts.push(withVisibleControls(value.slice(from, match.index)));
    parts.push([citation(href, { type: 'text', value: match[0] })]);
    from = match.index + match[0].length;
  }
  if (from < value.length || parts.length === 0) parts.push(withVisibleControls(value.slice(from)));
  return parts.flat();
}

function inlineCode(code: Element, { linkOf }: Decoration, inLink: boolean): Element {
  const value = textOf(code);
  code.children = withVisibleControls(value);
  const href = inLink ? undefined : fragment(linkOf?.({ kind: 'code', text: value }));
  return href === undefined ? code : citation(href, code);
}

function citation(href: string, content: ElementContent): Element {
  return { type: 'element', tagName: 'a', properties: { href, className: ['citation'] }, children: [content] };
}

function codeBlock(pre: Element): Element {
  const [code] = pre.children;
  pre.properties = { dir: 'ltr', tabIndex: 0 };
  if (code?.type !== 'element') return pre;
  const value = textOf(code);
  const language = code.properties['className']?.toString().slice('language-'.length) ?? '';
  const coloured = highlight(language, value);
  code.children = coloured ? coloured.flatMap(visible) : withVisibleControls(value);
  return pre;
}

function visible(content: ElementContent): ElementContent[] {
  if (content.type === 'text') return withVisibleControls(content.value);
  if (content.type === 'element') content.children = content.children.flatMap(visible);
  return [content];
}

/** A link out of the page tells the other side nothing, and cannot reach back. */
function leadOut({ properties }: Element): void {
  const { href } = properties;
  if (typeof href !== 'string' || href.startsWith('#')) return;
  properties['rel'] = ['noopener', 'noreferrer', 'nofollow'];
  properties['target'] = '_blank';
}

function labelTask(item: Element, texts: Texts): void {
  const [first] = item.children.filter((child) => child.type === 'element');
  const box = first?.tagName === 'p' ? first.children.find((child) => child.type === 'element') : first;
  if (box?.tagName === 'input') box.properties['ariaLabel'] = box.properties['checked'] ? texts.done : texts.open;
}

function scrolling(table: Element, texts: Texts): Element {
  const properties = { className: ['table-scroll'], role: 'region', tabIndex: 0, ariaLabel: texts.table };
  return { type: 'element', tagName: 'div', properties, children: [table] };
}

function textOf(content: ElementContent): string {
  if (content.type === 'text') return content.value;
  return content.type === 'element' ? content.children.map(textOf).join('') : '';
}
