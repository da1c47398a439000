import type { Extracted } from '../block.ts';
import { extractMarkdown } from './markdown.ts';
import { removeHidden } from './hidden.ts';
import { toMarkdown } from './to-markdown.ts';

/** Nothing of these is read by people, or it repeats on every page of a site. */
const DROPPED =
  'script, style, title, noscript, template, iframe, object, embed, svg, canvas, audio, video, head, nav, footer, dialog, ' +
  'button, select, input, textarea, [role="navigation"], [role="banner"], [role="contentinfo"]';
/** The main part of a page stands for the page where it has at least this share of its text. */
const MAIN_SHARE = 0.6;
const MAX_TITLE = 300;

/**
 * The blocks of a page as a reader sees it: without scripts, menus and hidden parts. The main part is told by
 * Readability; a page that it would take much away from is taken whole. Tables, lists and code are kept.
 */
export async function extractHtml(source: string): Promise<Extracted> {
  const [{ parseHTML }, { Readability }] = await Promise.all([import('linkedom'), import('@mozilla/readability')]);
  const { document } = parseHTML(wholePage(source));
  const title = cleanLine(document.querySelector('title')?.textContent ?? '').slice(0, MAX_TITLE);
  removeHidden(document);
  for (const element of document.querySelectorAll(DROPPED)) element.remove();
  const { body } = document;
  const all = body.innerHTML;
  const length = textLength(body.textContent ?? '');
  const main = new Readability(document, { keepClasses: true, charThreshold: 0 }).parse();
  const isMain = main !== null && textLength(main.textContent ?? '') >= length * MAIN_SHARE;
  const read = extractMarkdown(await toMarkdown(isMain ? (main.content ?? all) : all));
  // The lines are those of the Markdown in between, not of the page.
  const blocks = read.blocks.map(({ kind, text, headings }) => ({
    kind,
    // Cells are padded with spaces, which nobody needs.
    text: kind === 'table' ? text.replaceAll(/ {2,}/g, ' ') : text,
    headings,
  }));
  return { title: title || read.title, blocks };
}

/** A part of a page as a page. */
function wholePage(source: string): string {
  if (/<html[\s>]/i.test(source)) return source;
  return /<body[\s>]/i.test(source) ? `<html>${source}</html>` : `<html><body>${source}</body></html>`;
}

function cleanLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function textLength(text: string): number {
  return text.replaceAll(/\s+/g, '').length;
}
