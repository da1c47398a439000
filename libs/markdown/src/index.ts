export { citations, type CitedAction } from './citations.ts';
export { createIncremental, type IncrementalMarkdown, type MarkdownEnd, type MarkdownStep } from './incremental.ts';
export { inertMarkdown } from './inert.ts';
export type { LinkOf, MarkdownOptions, Reference } from './options.ts';
export { renderMarkdown } from './render.ts';
export type { Language } from './texts.ts';
