export { citations, type CitedAction } from './citations.ts';
export { textToHtml } from './bidi.ts';
export { createIncremental, type IncrementalMarkdown, type MarkdownEnd, type MarkdownStep } from './incremental.ts';
export { inertMarkdown, namedControls } from './inert.ts';
export type { LinkOf, MarkdownOptions, Reference } from './options.ts';
export { renderMarkdown } from './render.ts';
export type { Language } from './texts.ts';
