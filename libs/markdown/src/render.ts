import type { Root as HastRoot } from 'hast';
import { sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import type { ListItem, Root, RootContent } from 'mdast';
import { defaultHandlers, type State, toHast } from 'mdast-util-to-hast';

import { decorate } from './decorate.ts';
import { normalise } from './normalise.ts';
import type { MarkdownOptions } from './options.ts';
import { parse } from './parse.ts';
import { SCHEMA } from './schema.ts';
import { Slugs } from './slug.ts';
import { type Definitions, tame } from './tame.ts';
import { TEXTS } from './texts.ts';

const DEFAULT_PREFIX = 'h-';

/** What the part of a document that was rendered so far means for the rest. */
export interface Context {
  readonly options: MarkdownOptions;
  readonly definitions: Definitions;
  readonly slugs: Slugs;
}

/** The context of a document's beginning. */
export function newContext(options: MarkdownOptions): Context {
  return {
    options,
    definitions: { byId: new Map(), expanded: 0, footnoteReferences: 0 },
    slugs: new Slugs(options.idPrefix ?? DEFAULT_PREFIX),
  };
}

/** A context that begins as `context` is, and does not change it. */
export function branch({ definitions, options, slugs }: Context): Context {
  return {
    options,
    definitions: { ...definitions, byId: new Map(definitions.byId) },
    slugs: new Slugs(options.idPrefix ?? DEFAULT_PREFIX, slugs),
  };
}

/**
 * Markdown (CommonMark and GFM) as HTML that is safe to put on a page: only elements and attributes of a short list,
 * no raw HTML (it is shown as text), no images (they are links), no script, no style. Takes time in proportion to the
 * text, whatever the text is. Each block ends with a line break. Pure: needs no DOM and no Node.
 */
export function renderMarkdown(text: string, options: MarkdownOptions = {}): string {
  const source = normalise(text);
  options.learn?.(source);
  const blocks = renderBlocks(parse(source, { defined: [], limited: false }).children, source, newContext(options));
  return blocks.join('');
}

/** Top-level blocks of a document, each as HTML of its own. Changes the context, and the nodes. */
export function renderBlocks(nodes: RootContent[], source: string, context: Context): string[] {
  const { definitions, options, slugs } = context;
  const texts = TEXTS[options.lang ?? 'en'];
  const root: Root = { type: 'root', children: nodes };
  const before = [...definitions.byId.values()];
  tame(root, definitions, source);
  // The first definition of a label counts: those from before come first. They leave no trace on the page.
  root.children.unshift(...before);
  const hast = toHast(root, {
    // Without its list, an item is as loose as it says itself.
    handlers: { listItem: (state: State, item: ListItem) => defaultHandlers.listItem(state, item, undefined) },
    clobberPrefix: options.idPrefix ?? DEFAULT_PREFIX,
    footnoteLabel: texts.footnotes,
    footnoteBackLabel: (reference) => texts.backTo(reference + 1),
  });
  const clean = sanitize(hast, SCHEMA) as HastRoot;
  return decorate(clean, { slugs, texts, linkOf: options.linkOf })
    .filter((block) => block.type === 'element')
    .map((block) => `${toHtml(block)}\n`);
}
