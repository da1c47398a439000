import type { CodeTree } from './tree.ts';

/** Text as one word of a shell command. */
export function shellQuote(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command that counts text files (of `pathspecs`, if any) and their lines, for a reader to check a figure with. */
export function countCommand(tree: CodeTree, pathspecs: readonly string[]): string {
  const sum = `awk -F: '{ n += $NF } END { printf "%d files, %.0f lines\\n", NR, n }'`;
  if (tree.kind === 'git') {
    const only = pathspecs.length === 0 ? '' : ` -- ${pathspecs.map(shellQuote).join(' ')}`;
    return `git grep -I -c -e '' ${tree.commit}${only} | ${sum}`;
  }
  const includes = pathspecs.map(
    (one) => `--include=${shellQuote(one.replace(/^:\((?:icase|glob)\)(?:\*\*\/)?/, ''))}`,
  );
  return `grep -rIc --exclude-dir=.git ${includes.join(' ')} -e '' . | grep -v ':0$' | ${sum}`;
}
