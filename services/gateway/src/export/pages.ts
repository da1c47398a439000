import type { ExportWriter } from './format.ts';
import { writePage } from './in-thread.ts';

/** Markdown. */
export const markdownWriter: ExportWriter<string> = {
  contentType: 'text/markdown; charset=utf-8',
  write: ({ document, lang }) => writePage({ page: 'md', document, lang }),
};

/** One HTML file. */
export const htmlWriter: ExportWriter<string> = {
  contentType: 'text/html; charset=utf-8',
  write: ({ document, lang }) => writePage({ page: 'html', document, lang }),
};
