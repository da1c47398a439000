import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';

import { boundedGfm } from './bounds.ts';
import type { ParseState } from './limits.ts';

/**
 * Markdown as a tree. Nothing is resolved that other parts of the document decide.
 *
 * @param text as `normalise` leaves it.
 * @param state what is known before the text begins; it is brought up to date.
 */
export function parse(text: string, state: ParseState): Root {
  return fromMarkdown(text, {
    extensions: boundedGfm(state),
    // Their transforms search the finished text for addresses once more, in more than linear time.
    mdastExtensions: gfmFromMarkdown().map(({ transforms: _slow, ...extension }) => extension),
  });
}
