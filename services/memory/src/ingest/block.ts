/** The formats that documents are read in. */
export const FORMATS = ['markdown', 'html', 'pdf', 'docx', 'csv', 'code', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** What a block is. A row is a line of a CSV file, as `column: value`. */
export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code' | 'row';

/** Where something stands: from 1, both ends included. */
export interface Place {
  readonly unit: 'line' | 'page' | 'row';
  readonly from: number;
  readonly to: number;
}

/** A piece of a document that its author set apart. */
export interface Block {
  readonly kind: BlockKind;
  /** As it is read, with its line breaks. Never blank. */
  readonly text: string;
  /** The headings that it stands under, outermost first; of a heading, with itself. */
  readonly headings: readonly string[];
  /** Left out where the format has no places of its own (HTML, DOCX). */
  readonly place?: Place;
}

/** What was read of a document. */
export interface Extracted {
  /** As the document names itself; empty: it does not. */
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Bounds of one reading. */
export interface ReadBounds {
  /** Characters of all blocks together, and bytes of what a container unpacks to. */
  readonly maxChars: number;
  readonly maxPages: number;
}
