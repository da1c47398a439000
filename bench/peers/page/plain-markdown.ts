import { createElement } from 'react';
import Markdown from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import remarkGfm from 'remark-gfm';

const REMARK = [remarkGfm];
const REHYPE = [rehypeHighlight];

/** Markdown as react-markdown shows it, with what the console has too: GFM and highlighting. */
export function PlainMarkdown({ text }: { text: string }) {
  return createElement(
    'div',
    { className: 'markdown' },
    createElement(Markdown, { remarkPlugins: REMARK, rehypePlugins: REHYPE, children: text }),
  );
}
