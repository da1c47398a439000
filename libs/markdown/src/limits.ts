/**
 * What bounds the work that a hostile or broken document can cause. Beyond a limit, marks are shown as the plain text
 * that they are: nothing is lost, it is only no longer formatted.
 */

/** What a parse knows of the document around its text, and tells of the text. */
export interface ParseState {
  /** Labels of link definitions that come before the text. Those of the text are added. */
  readonly defined: string[];
  /** Whether a limit kept a mark of the text from being what another parser would take it for. */
  limited: boolean;
}

/** Block quotes and lists within each other. */
export const MAX_CONTAINERS = 24;
/** Links, emphasis, code and the like in one paragraph, heading or table cell. */
export const MAX_MARKS = 2000;
/** Characters of one paragraph, heading or table cell in which marks count. */
export const MAX_MARKED_CHARS = 64 * 1024;
/** Characters that may be read in vain for each character of a paragraph, and the free part of it. */
export const SCAN_FACTOR = 16;
export const SCAN_FREE = 8 * 1024;
/** The longest run of one of `*`, `_` and `~` that may be emphasis: each two of them are one more level. */
export const MAX_RUN = 16;
/** Link definitions of one document, as many footnotes, and as many references to footnotes. */
export const MAX_DEFINITIONS = 1000;
/** Characters that reference links may add to a document by repeating their definitions. */
export const MAX_EXPANSION = 1024 * 1024;
/** Levels of the finished tree. */
export const MAX_DEPTH = 100;
/** Cells of one table, filled-up ones included, and its columns. */
export const MAX_CELLS = 20_000;
export const MAX_COLUMNS = 64;
/** Characters of a code block that is still highlighted, and of one of its lines. */
export const MAX_HIGHLIGHTED_CHARS = 100 * 1024;
export const MAX_HIGHLIGHTED_LINE = 4000;
/** Pieces (texts, marks, line breaks) of one paragraph. */
export const MAX_CHILDREN = 20_000;
/** Lines that may be walked back for the lazy lines of one container. */
export const MAX_LAZY_WALK = 100_000;
