import { Parser } from 'htmlparser2';

import { attributesOf, isHidden } from './attributes.ts';
import { CUT_BEFORE, CUT_INSIDE, DROPPED, KEPT, VOID, WHOLE } from './tags.ts';

/** A page without what nobody reads, flat enough for anything that walks it. */
export interface CleanPage {
  /** HTML of bodies; one unless the page is long. */
  readonly pieces: readonly string[];
  readonly title: string;
  readonly lang: string;
  readonly dir: string;
  /** Characters of visible text. */
  readonly textChars: number;
}

interface Open {
  /** As it is written. */
  name: string;
  /** Its start tag; empty where it was left out. */
  written: string;
  readonly dropped: boolean;
  /** The table whose row or cell it is, or that it is itself. */
  readonly table?: Table;
}

/** A table that is open. One that holds another one only arranges the page: its cells become blocks. */
interface Table {
  layout: boolean;
  /** Where its tags stand in the parts of this piece. */
  marks: number[];
}

/** Deeper elements are left out, not what is in them. Far above what people write by hand. */
const MAX_DEPTH = 100;
const OF_TABLE = new Set(['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th']);
const MAX_TITLE = 1000;

/**
 * Reads HTML as a stream, so that neither its size nor its depth matters, and writes down what a reader sees of it:
 * without scripts, forms and hidden parts, with absolute links and few attributes.
 *
 * @param pieceChars a piece of about this length ends at the next place where it can
 */
export function cleanPage(html: string, url: string, pieceChars: number): CleanPage {
  const cleaner = new Cleaner(url, pieceChars);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => cleaner.open(name, attributes),
      ontext: (text) => cleaner.text(text),
      onclosetag: (name) => cleaner.close(name),
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  return cleaner.end();
}

class Cleaner {
  readonly #pieces: string[] = [];
  readonly #stack: Open[] = [];
  readonly #pieceChars: number;
  #base: string;
  #parts: string[] = [];
  #length = 0;
  #depth = 0;
  #dropping = 0;
  #whole = 0;
  readonly #tables: Table[] = [];
  #inTitle = false;
  #inHead = 0;
  #title = '';
  #lang = '';
  #dir = '';
  #textChars = 0;

  constructor(url: string, pieceChars: number) {
    this.#base = url;
    this.#pieceChars = pieceChars;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'html' || name === 'body') {
      this.#lang ||= (attributes['lang'] ?? attributes['xml:lang'] ?? '').slice(0, 50);
      this.#dir ||= (attributes['dir'] ?? '').toLowerCase().slice(0, 4);
    }
    if (name === 'base') this.#base = absolute(attributes['href'], this.#base);
    // A page without <head> has its title at the top all the same; those of pictures come later.
    if (name === 'title' && this.#title === '' && (this.#inHead > 0 || this.#textChars === 0)) this.#inTitle = true;
    if (name === 'head') this.#inHead += 1;
    if (VOID.has(name)) {
      if (this.#dropping === 0 && KEPT.has(name) && !isHidden(attributes)) this.#write(this.#tag(name, attributes));
      // It is closed all the same, by the parser.
      this.#stack.push({ name, written: '', dropped: false });
      return;
    }
    const dropped = DROPPED.has(name) || isHidden(attributes);
    if (dropped) this.#dropping += 1;
    const isWritten = this.#dropping === 0 && name !== 'html' && name !== 'body' && this.#depth < MAX_DEPTH;
    if (!isWritten) {
      this.#stack.push({ name, written: '', dropped });
      return;
    }
    this.#cutBefore(name);
    this.#depth += 1;
    this.#openWritten(name, attributes);
  }

  #openWritten(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'table') {
      this.#makeLayout(this.#tables.at(-1));
      this.#tables.push({ layout: false, marks: [] });
    }
    const table = OF_TABLE.has(name) ? this.#tables.at(-1) : undefined;
    const isBlock = OF_TABLE.has(name) && table?.layout !== false;
    const as = isBlock ? 'div' : KEPT.has(name) ? name : 'span';
    const written = this.#tag(as, attributes);
    this.#stack.push({ name: as, written, dropped: false, ...(table ? { table } : {}) });
    if (WHOLE.has(as)) this.#whole += 1;
    table?.marks.push(this.#parts.length);
    this.#write(written);
  }

  #makeLayout(table: Table | undefined): void {
    if (!table || table.layout) return;
    table.layout = true;
    for (const at of table.marks) this.#parts[at] = this.#parts[at]?.startsWith('</') ? '</div>' : '<div>';
    for (const open of this.#stack) {
      if (open.table !== table || open.written === '') continue;
      if (open.name === 'table') this.#whole -= 1;
      open.name = 'div';
      open.written = '<div>';
    }
    table.marks = [];
  }

  text(text: string): void {
    if (this.#inTitle && this.#title.length < MAX_TITLE) this.#title += text;
    if (this.#dropping > 0) return;
    this.#textChars += text.trim().length;
    this.#write(escapeText(text));
  }

  close(name: string): void {
    if (name === 'title') this.#inTitle = false;
    if (name === 'head') this.#inHead -= 1;
    const open = this.#stack.pop();
    if (!open) return;
    if (open.dropped) this.#dropping -= 1;
    if (open.written === '') return;
    this.#depth -= 1;
    if (WHOLE.has(open.name)) this.#whole -= 1;
    open.table?.marks.push(this.#parts.length);
    if (name === 'table') this.#tables.pop();
    this.#write(endTag(open));
  }

  end(): CleanPage {
    this.#pieces.push(this.#parts.join(''));
    return {
      pieces: this.#pieces,
      title: this.#title.replaceAll(/\s+/g, ' ').trim(),
      lang: this.#lang,
      dir: this.#dir,
      textChars: this.#textChars,
    };
  }

  #tag(name: string, attributes: Readonly<Record<string, string>>): string {
    return `<${name}${attributesOf(name, attributes, this.#base)}>`;
  }

  #write(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** Ends the piece where it is long enough: what is open is closed in it, and opened again in the next one. */
  #cutBefore(name: string): void {
    if (this.#length < this.#pieceChars || !CUT_BEFORE.has(name)) return;
    if (this.#whole > 0 && !(CUT_INSIDE.has(name) && this.#whole === 1)) return;
    const written = this.#stack.filter((one) => one.written !== '');
    this.#pieces.push([...this.#parts, ...written.toReversed().map(endTag)].join(''));
    this.#parts = written.map((one) => one.written);
    this.#length = 0;
    for (const table of this.#tables) {
      table.marks = written.flatMap((one, at) => (one.table === table ? [at] : []));
    }
  }
}

function endTag({ name }: Open): string {
  return `</${name}>`;
}

function absolute(href: string | undefined, base: string): string {
  return href === undefined ? base : (URL.parse(href, base)?.href ?? base);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
