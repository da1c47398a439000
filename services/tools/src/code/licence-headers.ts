import type { JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolOutcome } from '../tool.ts';
import { shellQuote } from './citation.ts';
import { LANGUAGES, languageOfPath, pathspecsOf } from './languages.ts';
import { licenceOfText } from './licence-text.ts';
import { type CodeTree, commitParameter, openTree } from './tree.ts';

const SPDX = 'SPDX-License-Identifier:';
/** Stands for what follows the mark and is no expression, as in a program that looks for the mark. */
const UNREADABLE = 'unreadable';
const COPYRIGHT = 'copyright';
const LICENCE_FILE = /(^|\/)(licen[cs]e|copying|unlicense|notice)([._-][^/]*)?$/i;
const MAX_LICENCE_FILES = 20;
const LICENCE_BYTES = 32 * 1024;

const parameters = z.strictObject({
  path: z.string().default('.').describe('A folder, best the top of a git repository.'),
  commit: commitParameter,
  list: z.number().int().min(0).max(1000).default(50).describe('How many files without a header are listed.'),
});

/** Finds which source files name their licence or copyright, and what the licence files are. */
export const licenceHeadersTool = defineTool({
  name: 'licence_headers',
  description:
    'Finds licence files and which licence they hold, and counts the source files with an SPDX identifier, with a copyright notice only, and with neither. In a git repository it looks at the commit that is checked out.',
  parameters,
  effect: 'read',
  approval: 'none',
  timeoutMs: 120_000,
  async run({ path, commit, list }, context): Promise<ToolOutcome> {
    const tree = await openTree(path, commit, context);
    const sizes = await tree.sizes();
    const sources = [...(await tree.countLines('')).keys()].filter(
      (file) => languageOfPath(file)?.kind === 'programming',
    );
    const identifiers = await identifiersOf(tree);
    const copyright = await tree.countLines(COPYRIGHT, { ignoreCase: true });
    const withSpdx = sources.filter((file) => identifiers.has(file));
    const without = sources.filter((file) => !identifiers.has(file) && !copyright.has(file)).sort();
    const value: JsonObject = {
      source_files: sources.length,
      with_spdx: withSpdx.length,
      with_copyright_only: sources.length - withSpdx.length - without.length,
      without: without.length,
      identifiers: countBy(withSpdx.map((file) => identifiers.get(file) ?? '')),
      files_without: without.slice(0, list),
      licence_files: await licenceFiles(tree, sizes),
      problems: tree.problems(),
      commands: tree.kind === 'git' ? commandsOf(sources, tree.commit) : {},
    };
    return { ok: true, value };
  },
});

/** The first identifier of each file. */
async function identifiersOf(tree: CodeTree): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await tree.eachLine(SPDX, { ignoreCase: true }, (path, _, text) => {
    const expression = /SPDX-License-Identifier:\s*([\w.+() -]*[\w.+)])/i.exec(text)?.[1] ?? '';
    if (!found.has(path)) found.set(path, expression.trim() || UNREADABLE);
  });
  return found;
}

async function licenceFiles(tree: CodeTree, sizes: ReadonlyMap<string, number>): Promise<JsonObject[]> {
  const paths = [...sizes.keys()]
    .filter((path) => LICENCE_FILE.test(path) && languageOfPath(path)?.kind !== 'programming')
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  const files: JsonObject[] = [];
  for (const path of paths.slice(0, MAX_LICENCE_FILES)) {
    files.push({ path, licence: licenceOfText(await tree.read(path, LICENCE_BYTES)) });
  }
  return files;
}

function depth(path: string): number {
  return path.split('/').length;
}

function countBy(values: readonly string[]): JsonObject[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([identifier, files]) => ({ identifier, files }));
}

function commandsOf(sources: readonly string[], commit: string): JsonObject {
  const used = new Set(sources.map((file) => languageOfPath(file)?.name));
  const extensions = new Set(sources.map((file) => file.slice(file.lastIndexOf('.') + 1).toLowerCase()));
  const patterns = LANGUAGES.filter(({ name }) => used.has(name)).flatMap((language) =>
    pathspecsOf({ ...language, extensions: language.extensions.filter((one) => extensions.has(one)) }),
  );
  const where = `${commit} -- ${patterns.map(shellQuote).join(' ')} | wc -l`;
  return {
    source_files: `git grep -I -l -e '' ${where}`,
    with_spdx: `git grep -I -l -i -e '${SPDX}' ${where}`,
    with_either: `git grep -I -l -i -e '${SPDX}' -e '${COPYRIGHT}' ${where}`,
  };
}
