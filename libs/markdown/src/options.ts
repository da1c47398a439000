import type { Language } from './texts.ts';

/** Something in a document that may stand for an action: a marker such as `[3]` with its brackets, or inline code. */
export interface Reference {
  readonly kind: 'marker' | 'code';
  readonly text: string;
}

/** The fragment (`#action-t2.0`) of the action that a reference stands for; undefined: it stands for none. */
export type LinkOf = (reference: Reference) => string | undefined;

/** How a document is rendered. */
export interface MarkdownOptions {
  /** The language of labels for screen readers; left out: English. */
  readonly lang?: Language;
  /** Goes before every id, so that two documents on one page do not clash; left out: `h-`. */
  readonly idPrefix?: string;
  /** Links statements to actions. Only fragments are taken. */
  readonly linkOf?: LinkOf;
  /** Told the whole document, as soon as there is one. True: `linkOf` now links what it did not before. */
  readonly learn?: (document: string) => boolean;
}
