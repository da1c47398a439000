import type { Block, Extracted } from '../block.ts';
import { cut } from '../headings.ts';

/** What goes on with the block above although it stands at the margin. */
const GOES_ON =
  /^(?:[)\]}]|else\b|elif\b|except\b|finally\b|catch\b|rescue\b|ensure\b|end\b|fi\b|done\b|esac\b|then\b|do\b|EOF\b|\{\s*$|:)/;
const COMMENT =
  /^\s*(?:\/\/|\/\*|\*|#(?!\s*(?:include|define|if|ifdef|ifndef|endif|pragma|!))|--|;|%|"""|'''|<!--|@|\[\w)/;
const SIGNATURE = 120;

/**
 * The top-level parts of source code in any language that is indented: a part begins at the margin after a blank line,
 * takes the comments right above it (also over one blank line), and is named by its first line that is no comment.
 */
export function extractCode(source: string): Extracted {
  const lines = source.split('\n');
  const blocks: Block[] = [];
  for (const { from, to } of parts(lines)) {
    const part = lines.slice(from, to);
    const text = part.join('\n').trimEnd();
    if (text.trim() === '') continue;
    const length = text.split('\n').length;
    const signature = cut((part.find((line) => line.trim() !== '' && !COMMENT.test(line)) ?? '').trim(), SIGNATURE);
    // A one-liner needs no name beside itself.
    const headings = length > 1 && signature !== '' ? [signature] : [];
    blocks.push({ kind: 'code', text, headings, place: { unit: 'line', from: from + 1, to: from + length } });
  }
  return { title: '', blocks };
}

interface Lines {
  from: number;
  to: number;
}

function parts(lines: readonly string[]): Lines[] {
  const found: Lines[] = [];
  let open: Lines | undefined;
  let commentsOnly = true;
  let blank = true;
  for (const [n, line] of lines.entries()) {
    if (line.trim() === '') {
      blank = true;
      continue;
    }
    const atMargin = !/^\s/.test(line) && !GOES_ON.test(line);
    const isComment = COMMENT.test(line);
    if (!open || (blank && atMargin && !commentsOnly)) {
      open = { from: n, to: n + 1 };
      found.push(open);
      commentsOnly = true;
    }
    open.to = n + 1;
    if (!isComment) commentsOnly = false;
    blank = false;
  }
  return found;
}
