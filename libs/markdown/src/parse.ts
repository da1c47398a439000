import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';

import { boundedGfm } from './bounds.ts';

/**
 * Markdown as a tree. Nothing is resolved that other parts of the document decide.
 *
 * @param text as `normalise` leaves it.
 * @param defined labels of link definitions before the text; those of the text are added to it.
 */
export function parse(text: string, defined: string[]): Root {
  return fromMarkdown(text, {
    extensions: boundedGfm(defined),
    // Their transforms search the finished text for addresses once more, in more than linear time.
    mdastExtensions: gfmFromMarkdown().map(({ transforms: _slow, ...extension }) => extension),
  });
}
