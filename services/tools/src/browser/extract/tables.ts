import type TurndownService from 'turndown';

/** The part of a DOM node that is needed here: this code runs without the types of a page. */
interface ElementLike {
  readonly nodeName: string;
  readonly previousElementSibling: ElementLike | null;
  readonly parentNode: ElementLike | null;
  readonly children: { readonly length: number };
  getAttribute(name: string): string | null;
}

const MAX_SPAN = 50;

/**
 * Tables as GitHub writes them, in time that grows with their length. (The plugin's own rule looks a row up by its
 * number again and again, and takes minutes for some thousand rows.)
 */
export function tables(service: TurndownService): void {
  service.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule('table-part', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content });
  service.addRule('table-caption', {
    filter: 'caption',
    replacement: (content) => `${oneLine(content)}\n\n`,
  });
  service.addRule('table-cell', {
    filter: ['td', 'th'],
    replacement(content, node) {
      const span = Math.min(Number((node as unknown as ElementLike).getAttribute('colspan') ?? 1) || 1, MAX_SPAN);
      return `| ${oneLine(content).replaceAll('|', '\\|')} ${'|  '.repeat(span - 1)}`;
    },
  });
  service.addRule('table-row', {
    filter: 'tr',
    replacement(content, node) {
      const row = `${content.trimEnd()} |\n`;
      if (!isFirst(node as unknown as ElementLike)) return row;
      const columns = Math.max(1, content.replaceAll(/\\[\\|]/g, '').split('|').length - 1);
      return `${row}|${' --- |'.repeat(columns)}\n`;
    },
  });
}

function oneLine(content: string): string {
  return content.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** Whether it is the first row of its table: what stands before its group of rows, if anything, is a caption. */
function isFirst(row: ElementLike): boolean {
  if (row.previousElementSibling !== null && row.previousElementSibling.nodeName === 'TR') return false;
  const group = row.parentNode;
  if (!group || group.nodeName === 'TABLE') return true;
  for (let before = group.previousElementSibling; before; before = before.previousElementSibling) {
    if (before.nodeName !== 'CAPTION' && before.children.length > 0) return false;
  }
  return true;
}
