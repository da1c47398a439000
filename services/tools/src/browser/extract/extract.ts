import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';

import { cleanPage, type CleanPage } from './clean.ts';
import { toMarkdown } from './markdown.ts';
import type { Extracted, ExtractPart, ExtractRequest } from './message.ts';

/** A piece of this length is made Markdown at once: memory stays bounded however long the page is. */
const PIECE_CHARS = 512 * 1024;
/** Longer pages are lists or records, not articles; finding one in them takes too long. */
const MAX_ARTICLE_CHARS = 1024 * 1024;
/** An article that is a smaller part of the page than this is none: a page of links with one longer teaser, say. */
const ARTICLE_SHARE = 0.3;
const ARTICLE_CHARS = 200;

interface Article {
  readonly html: string;
  readonly title: string;
  readonly byline: string;
  readonly published: string;
}

/** Makes Markdown of a page. Takes time and memory with the page: it belongs into a thread with bounds. */
export function extract({ html, url, part, maxChars }: ExtractRequest): Extracted {
  const page = cleanPage(html, url, PIECE_CHARS);
  const article = part === 'page' ? undefined : articleOf(page, part);
  const { markdown, truncated } = bounded(article ? [article.html] : page.pieces, maxChars);
  return {
    title: article?.title || page.title,
    byline: article?.byline ?? '',
    published: article?.published ?? '',
    lang: page.lang,
    dir: page.dir,
    markdown,
    part: article ? 'article' : 'page',
    truncated,
  };
}

function articleOf(page: CleanPage, part: ExtractPart): Article | undefined {
  const [body = '', ...more] = page.pieces;
  if (more.length > 0 || body.length > MAX_ARTICLE_CHARS || page.textChars === 0) return undefined;
  const { document } = parseHTML(`<!doctype html><html><head></head><body>${body}</body></html>`);
  const found = new Readability(document, {
    disableJSONLD: true,
  }).parse();
  const chars = (found?.textContent ?? '').trim().length;
  if (!found?.content || chars === 0) return undefined;
  if (part === 'auto' && (chars < ARTICLE_CHARS || chars < ARTICLE_SHARE * page.textChars)) return undefined;
  return {
    html: found.content,
    title: page.title || (found.title ?? ''),
    byline: (found.byline ?? '').trim(),
    published: found.publishedTime ?? '',
  };
}

function bounded(pieces: readonly string[], maxChars: number): { markdown: string; truncated: boolean } {
  const written: string[] = [];
  let left = maxChars;
  for (const piece of pieces) {
    const markdown = toMarkdown(piece);
    if (markdown.length > left) {
      written.push(markdown.slice(0, left).replace(/[\uD800-\uDBFF]$/, ''));
      return { markdown: written.join('\n\n'), truncated: true };
    }
    if (markdown !== '') written.push(markdown);
    left -= markdown.length;
  }
  return { markdown: written.join('\n\n'), truncated: false };
}
