import type { RootContent } from 'mdast';

import { textToHtml } from './bidi.ts';
import { type Fence, lineAfterFence, openFence } from './fence.ts';
import { MAX_DEFINITIONS } from './limits.ts';
import { holdBack, normalise, normaliseRest } from './normalise.ts';
import type { MarkdownOptions } from './options.ts';
import { parse } from './parse.ts';
import { branch, type Context, newContext, renderBlocks, renderMarkdown } from './render.ts';

/**
 * What a page does with one step of a document that is still being written, in this order:
 *
 * 1. Put `commit` after the blocks that are final, before the tail. They never change again.
 * 2. Where `tail` is there, replace what the tail's container holds by it.
 * 3. Where `append` is there, add it at the end of the one element `[data-append]` within the tail's container.
 * 4. Where `final` is there (of `end` only), replace everything by it.
 */
export interface MarkdownStep {
  /** HTML of blocks that are final now, in order. */
  readonly commit: readonly string[];
  /** HTML of all that is not final. It holds exactly one `[data-append]`, or nothing where it is empty. */
  readonly tail?: string;
  /** HTML of text without elements other than `span.bidi`, to be added to `[data-append]`. */
  readonly append?: string;
}

/** The last step. The tail is empty. */
export interface MarkdownEnd extends MarkdownStep {
  /** HTML of the whole document, where its end changed what is committed: link definitions, footnotes, citations. */
  readonly final?: string;
}

/** A document that is rendered while it is written. */
export interface IncrementalMarkdown {
  /** Takes the next piece of the text, cut anywhere. */
  push(chunk: string): MarkdownStep;
  /** Says that the text is complete. Nothing may be pushed afterwards. */
  end(): MarkdownEnd;
}

/** A tail of up to so many characters is parsed at every step; a longer one when it has grown by half. */
const EAGER_CHARS = 2 * 1024;
const GROWTH = 0.5;
/** Without one of these there is but one open block: a line after a blank line, a fence. */
const BOUNDARY = /\n[ \t]*\n[ \t]*\S|^ {0,3}(?:`{3}|~{3})/m;

/**
 * Renders a document that comes in pieces. All commits together, in order, are what `renderMarkdown` makes of the whole
 * text, unless `end` gives a `final`. Only what is not final is parsed again, and code in an open fence not even that:
 * the work grows with the text, not with the number of pieces.
 */
export function createIncremental(options: MarkdownOptions = {}): IncrementalMarkdown {
  return new Incremental(options);
}

/** What one step adds up to. */
interface Progress {
  readonly commit: string[];
  tail?: string;
  append?: string;
}

class Incremental implements IncrementalMarkdown {
  readonly #options: MarkdownOptions;
  /** What the committed blocks mean for those that follow. */
  readonly #context: Context;
  /** All pieces, for the one full pass that late definitions need. */
  readonly #pieces: string[] = [];
  /** The end of the last piece that cannot be read without the next one. */
  #held = '';
  /** What is not committed. It begins at the start of a line. */
  #tail = '';
  /** Length of the tail when it was last shown as a whole. */
  #shown = 0;
  /** The fence that the tail begins with, and where in the tail the first line begins that was not looked at. */
  #fence: { readonly opening: Fence; seen: number } | undefined;
  /** Whether something committed may be a reference to a definition that comes later. */
  #mayRefer = false;
  #needsFullPass = false;

  constructor(options: MarkdownOptions) {
    this.#options = options;
    this.#context = newContext(options);
  }

  push(chunk: string): MarkdownStep {
    const { held, whole } = holdBack(this.#held + chunk);
    this.#held = held;
    const piece = this.#take(whole);
    const progress: Progress = { commit: [] };
    if (piece === '') return progress;
    if (this.#fence) this.#goOnInFence(progress);
    if (!this.#fence) this.#goOn(piece, progress);
    return progress;
  }

  end(): MarkdownEnd {
    this.#take(this.#held);
    const nodes = this.#parse(this.#tail);
    const step = { commit: this.#commit(nodes, this.#tail), tail: '' };
    this.#tail = '';
    const whole = this.#pieces.join('');
    const learnt = this.#options.learn?.(whole) ?? false;
    return this.#needsFullPass || learnt ? { ...step, final: renderMarkdown(whole, this.#options) } : step;
  }

  #take(text: string): string {
    const isFirst = this.#pieces.length === 0;
    const piece = isFirst ? normalise(text) : normaliseRest(text);
    if (text !== '') this.#pieces.push(piece);
    this.#tail += piece;
    return piece;
  }

  /** Looks in the new lines of an open fence for its end. */
  #goOnInFence(progress: Progress): void {
    if (!this.#fence) return;
    const { opening, seen } = this.#fence;
    const { closed, next } = lineAfterFence(this.#tail, seen, opening);
    if (closed) {
      this.#commitUpTo(next, progress);
      this.#fence = undefined;
      return;
    }
    this.#fence.seen = next;
    if (next > seen) progress.append = textToHtml(this.#tail.slice(seen, next));
  }

  #goOn(piece: string, progress: Progress): void {
    const grown = this.#tail.length - this.#shown;
    if (progress.commit.length === 0 && this.#tail.length > EAGER_CHARS && grown < this.#shown * GROWTH) {
      progress.append = textToHtml(piece);
      return;
    }
    delete progress.append;
    this.#commitFinal(progress);
    this.#shown = this.#tail.length;
    progress.tail = this.#fence ? this.#openFence() : this.#tailHtml();
  }

  /** Commits what no later line can change: the blocks before the last one. */
  #commitFinal(progress: Progress): void {
    // A line without its end may still become anything.
    const lines = this.#tail.slice(0, this.#tail.lastIndexOf('\n') + 1);
    if (!BOUNDARY.test(lines)) return;
    const nodes = this.#parse(lines);
    const index = firstOpen(nodes, lines);
    const first = nodes[index];
    if (!first) return;
    const start = lineStart(lines, first);
    progress.commit.push(...this.#commit(nodes.slice(0, index), lines.slice(0, start)));
    this.#tail = this.#tail.slice(start);
    const opening = first.type === 'code' && first === nodes.at(-1) ? openFence(this.#tail) : undefined;
    if (!opening) return;
    const { closed, next } = lineAfterFence(this.#tail, this.#tail.indexOf('\n') + 1, opening);
    if (closed) this.#commitUpTo(next, progress);
    else this.#fence = { opening, seen: next };
  }

  #commitUpTo(end: number, progress: Progress): void {
    const block = this.#tail.slice(0, end);
    progress.commit.push(...this.#commit(this.#parse(block), block));
    this.#tail = this.#tail.slice(end);
  }

  #commit(nodes: RootContent[], source: string): string[] {
    const { definitions } = this.#context;
    const found = definitionsIn(nodes);
    if (found.footnotes || (found.links && this.#mayRefer)) this.#needsFullPass = true;
    const blocks = renderBlocks(withoutFootnotes(nodes), source, this.#context);
    // Near the limit it matters which of the definitions came first.
    if (definitions.byId.size > MAX_DEFINITIONS / 2) this.#needsFullPass = true;
    this.#mayRefer ||= source.includes('[');
    return blocks;
  }

  #parse(text: string): RootContent[] {
    const defined = [...this.#context.definitions.byId.keys()].map((identifier) => identifier.toUpperCase());
    const state = { defined, limited: false };
    const nodes = parse(text, state).children;
    // Where a limit lies depends on what is parsed at once.
    if (state.limited) this.#needsFullPass = true;
    return nodes;
  }

  #tailHtml(): string {
    if (this.#tail === '') return '';
    const nodes = this.#parse(this.#tail);
    const blocks = renderBlocks(withoutFootnotes(nodes), this.#tail, branch(this.#context));
    return `${blocks.join('')}<div class="md-append" data-append></div>\n`;
  }

  #openFence(): string {
    const code = this.#tail.slice(this.#tail.indexOf('\n') + 1, this.#fence?.seen);
    return `<pre dir="ltr" tabindex="0"><code data-append>${textToHtml(code)}</code></pre>\n`;
  }
}

/**
 * The first of the blocks that later lines can still change. The last block is open, and so are those above it without
 * a blank line between: how a line is read depends on what it follows. Only a fence begins the same way everywhere.
 */
function firstOpen(nodes: readonly RootContent[], text: string): number {
  let index = nodes.length - 1;
  while (index > 0) {
    const node = nodes[index];
    const lastLine = nodes[index - 1]?.position?.end.line ?? 0;
    if (!node || (node.position?.start.line ?? 0) > lastLine + 1) break;
    if (node.type === 'code' && openFence(text.slice(lineStart(text, node)))) break;
    index -= 1;
  }
  return index;
}

function lineStart(text: string, { position }: RootContent): number {
  const offset = position?.start.offset ?? 0;
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function definitionsIn(nodes: readonly RootContent[]): { links: boolean; footnotes: boolean } {
  const found = { links: false, footnotes: false };
  const open = [...nodes];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'definition') found.links = true;
    if (node.type === 'footnoteDefinition') found.footnotes = true;
    if ('children' in node) for (const child of node.children) open.push(child);
  }
  return found;
}

/** Their place is the end of the document, which only the full pass knows. */
function withoutFootnotes(nodes: readonly RootContent[]): RootContent[] {
  return nodes.filter((node) => node.type !== 'footnoteDefinition');
}
