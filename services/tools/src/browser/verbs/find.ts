/** What is looked for in a snapshot. */
export interface Wanted {
  readonly text: string | undefined;
  readonly role: string | undefined;
  readonly limit: number;
}

const MAX_LINE = 300;
const PARENTS = 2;

/** Lines of a snapshot that fit, each with the nearest named elements around it. */
export function find(tree: string, { text, role, limit }: Wanted): { hits: string[]; count: number } {
  const needle = text?.toLowerCase();
  const kind = role?.toLowerCase();
  const around: { readonly depth: number; readonly line: string }[] = [];
  const hits: string[] = [];
  let count = 0;
  for (const line of tree.split('\n')) {
    const words = line.trim().replace(/^- /, '');
    const depth = line.search(/\S/);
    while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    const isKind = kind === undefined || /^['"]?([a-z]+)/.exec(words)?.[1] === kind;
    if (words !== '' && isKind && (needle === undefined || words.toLowerCase().includes(needle))) {
      count += 1;
      if (hits.length < limit)
        hits.push([...around.slice(-PARENTS).map((one) => one.line), words].map(short).join(' > '));
    }
    if (/"[^"]/.test(words)) around.push({ depth, line: words.replace(/:$/, '') });
  }
  return { hits, count };
}

function short(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}...` : line;
}
