import type { Block, Extracted } from '../block.ts';

/** Paragraphs of plain text: what blank lines set apart. A file without any has one paragraph a line. */
export function extractText(source: string): Extracted {
  const lines = source.split('\n');
  const perLine = !/\n[ \t\u3000]*\n\s*\S/.test(source);
  const blocks: Block[] = [];
  let from = 0;
  const take = (end: number) => {
    const text = lines.slice(from, end).join('\n').trimEnd();
    if (text.trim() !== '') {
      blocks.push({ kind: 'paragraph', text, headings: [], place: { unit: 'line', from: from + 1, to: end } });
    }
  };
  for (const [n, line] of lines.entries()) {
    const blank = line.trim() === '';
    if (!blank && !perLine) continue;
    take(blank ? n : n + 1);
    from = n + 1;
  }
  take(lines.length);
  return { title: '', blocks };
}
