import type { Block, BlockKind, Extracted } from '../block.ts';
import { Headings } from '../headings.ts';

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const ATX = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;
const ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;
const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const INDENTED = /^(?: {4}|\t)/;
/** Unseen by whoever looks at the page, seen by a model: a place to hide instructions in. */
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/**
 * The blocks of Markdown (CommonMark, with tables as GitHub writes them), as they stand in the source: emphasis, links
 * and code keep their signs. Only blocks are told apart, in one pass over the lines: a full syntax tree of the same text
 * takes a hundred times as long. Comments and front matter are left out, but for the front matter's title.
 */
export function extractMarkdown(source: string): Extracted {
  const { lines, from, title } = withoutFrontMatter(withoutComments(source).split('\n'));
  const scanner = new Scanner(lines, from);
  return { title: title || scanner.title, blocks: scanner.blocks };
}

/** Comments as blank lines, so that those after them keep their numbers; those in code stay. */
function withoutComments(source: string): string {
  if (!source.includes('<!--')) return source;
  return source
    .split(/^( {0,3}(?:`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}(?:`{3,}|~{3,})[ \t]*$|$(?![\s\S])))/m)
    .map((part, n) => (n % 2 === 1 ? part : part.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, ''))))
    .join('');
}

function withoutFrontMatter(lines: readonly string[]): { lines: readonly string[]; from: number; title: string } {
  if (lines[0]?.trimEnd() !== '---') return { lines, from: 0, title: '' };
  const end = lines.findIndex((line, n) => n > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
  const matter = lines.slice(1, Math.max(end, 1));
  // A rule at the top with prose below it is no front matter.
  if (end < 0 || !matter.every((line) => /^(?:[\w-]+:|\s|-|#|$)/.test(line))) return { lines, from: 0, title: '' };
  const title = matter.map((line) => /^title:\s*(.+)$/.exec(line)?.[1]).find((one) => one !== undefined) ?? '';
  return { lines, from: end + 1, title: title.trim().replace(/^(["'])(.*)\1$/, '$2') };
}

class Scanner {
  readonly blocks: Block[] = [];
  title = '';
  readonly #lines: readonly string[];
  readonly #headings = new Headings();
  #at: number;

  constructor(lines: readonly string[], from: number) {
    this.#lines = lines;
    this.#at = from;
    while (this.#at < lines.length) this.#next();
  }

  #line(at: number): string {
    return this.#lines[at] ?? '';
  }

  #next(): void {
    const line = this.#line(this.#at);
    const atx = ATX.exec(line);
    if (line.trim() === '' || RULE.test(line)) this.#at++;
    else if (atx) this.#heading(atx[1]?.length ?? 1, atx[2] ?? '', this.#at + 1);
    else if (FENCE.test(line)) this.#fence();
    else if (INDENTED.test(line)) this.#indented();
    else if (this.#isTable(this.#at))
      this.#take(
        'table',
        this.#while((at) => this.#line(at).includes('|')),
      );
    else if (ITEM.test(line)) this.#list();
    else this.#paragraph();
  }

  #while(goesOn: (at: number) => boolean): number {
    let end = this.#at + 1;
    while (end < this.#lines.length && this.#line(end).trim() !== '' && goesOn(end)) end++;
    return end;
  }

  #isTable(at: number): boolean {
    const [head, line] = [this.#line(at), this.#line(at + 1)];
    return head.includes('|') && line.includes('-') && line.includes('|') && DELIMITER.test(line);
  }

  #heading(level: number, text: string, end: number): void {
    const plain = text.trim();
    if (plain !== '') {
      this.#headings.enter(level, plain.replaceAll(/[*_`]+|\[([^\]]*)\]\([^)]*\)/g, '$1'));
      if (level === 1 && this.title === '') this.title = this.#headings.path[0] ?? '';
      this.#put('heading', plain, end);
    }
    this.#at = end;
  }

  #fence(): void {
    const [, marks = '', info = ''] = FENCE.exec(this.#line(this.#at)) ?? [];
    let end = this.#at + 1;
    const closing = (line: string) => {
      const found = FENCE.exec(line);
      return found?.[1]?.[0] === marks[0] && (found?.[1]?.length ?? 0) >= marks.length && found?.[2]?.trim() === '';
    };
    while (end < this.#lines.length && !closing(this.#line(end))) end++;
    const code = this.#lines.slice(this.#at + 1, end).join('\n');
    const language = info.trim();
    const text = [language, code].filter((part) => part.trim() !== '').join('\n');
    if (text !== '') this.#put('code', text, end + 1);
    this.#at = end + 1;
  }

  #indented(): void {
    let end = this.#at + 1;
    while (end < this.#lines.length && (INDENTED.test(this.#line(end)) || this.#line(end).trim() === '')) end++;
    this.#take('code', end);
  }

  /** Items, what is indented below them, and blank lines between. */
  #list(): void {
    let end = this.#at + 1;
    let fence = false;
    for (; end < this.#lines.length; end++) {
      const line = this.#line(end);
      const belongs = /^(?: {2}|\t)/.test(line) || line.trim() === '' || ITEM.test(line);
      if (FENCE.test(line.trimStart()) && belongs) fence = !fence;
      if (fence || belongs) continue;
      // A line right below an item goes on with it, unless it begins something else.
      if (this.#line(end - 1).trim() === '' || this.#interrupts(end)) break;
    }
    this.#take('list', end);
  }

  #interrupts(at: number): boolean {
    const line = this.#line(at);
    return ATX.test(line) || FENCE.test(line) || RULE.test(line) || this.#isTable(at);
  }

  #paragraph(): void {
    let end = this.#at + 1;
    for (; end < this.#lines.length && this.#line(end).trim() !== ''; end++) {
      const underline = SETEXT.exec(this.#line(end));
      if (underline) {
        this.#heading(underline[1]?.startsWith('=') ? 1 : 2, this.#lines.slice(this.#at, end).join(' '), end + 1);
        return;
      }
      if (this.#interrupts(end) || /^ {0,3}(?:[-*+]|1[.)])[ \t]+\S/.test(this.#line(end))) break;
    }
    this.#take('paragraph', end);
  }

  #take(kind: BlockKind, end: number): void {
    this.#put(kind, this.#lines.slice(this.#at, end).join('\n'), end);
    this.#at = end;
  }

  #put(kind: BlockKind, text: string, end: number): void {
    const trimmed = text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
    if (trimmed.trim() === '') return;
    const blanks = /(?:\n[ \t]*)*$/.exec(text)?.[0].split('\n').length ?? 1;
    const place = { unit: 'line', from: this.#at + 1, to: Math.max(this.#at + 1, end - blanks + 1) } as const;
    this.blocks.push({ kind, text: trimmed, headings: this.#headings.path, place });
  }
}
