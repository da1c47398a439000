import { highlightedCodeBlock, strikethrough } from '@joplin/turndown-plugin-gfm';
import TurndownService from 'turndown';

import { tables } from './tables.ts';

/** Makes Markdown of a clean piece of HTML: headings by #, fenced code, tables as GitHub writes them. */
export function toMarkdown(html: string): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
    hr: '---',
  });
  service.use([highlightedCodeBlock, strikethrough, tables]);
  service.addRule('image-as-link', {
    filter: 'img',
    replacement: (_content, node) => {
      const source = attribute(node, 'src');
      const alt = attribute(node, 'alt').replaceAll(/\s+/g, ' ').replaceAll(/[[\]]/g, '').trim();
      if (source === '') return alt;
      return `[image${alt === '' ? '' : `: ${alt}`}](${source})`;
    },
  });
  // A heading inside of a link, and a picture with nothing to it, leave empty links.
  service.addRule('empty-link', {
    filter: (node) => node.nodeName === 'A' && (node.textContent ?? '').trim() === '' && !holdsImage(node),
    replacement: () => '',
  });
  return service.turndown(html).trim();
}

/** The part of a DOM node that is needed here: this code runs without the types of a page. */
interface ElementLike {
  getAttribute?(name: string): string | null;
  getElementsByTagName?(name: string): { readonly length: number };
}

function attribute(node: unknown, name: string): string {
  return (node as ElementLike).getAttribute?.(name) ?? '';
}

function holdsImage(node: unknown): boolean {
  return ((node as ElementLike).getElementsByTagName?.('img').length ?? 0) > 0;
}
