import type { JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolOutcome } from '../tool.ts';
import { countCommand } from './citation.ts';
import { type Language, languageOfPath, languageOfShebang, pathspecsOf } from './languages.ts';
import { type CodeTree, commitParameter, openTree } from './tree.ts';

const MAX_SHEBANG_CITED = 20;

const parameters = z.strictObject({
  path: z.string().default('.').describe('A folder, best the top of a git repository.'),
  commit: commitParameter,
});

interface Count {
  readonly language: Language;
  files: number;
  lines: number;
  bytes: number;
  readonly extensions: Set<string>;
  readonly byFirstLine: string[];
}

/** Counts text files, lines and bytes by language, with the command that checks each row. */
export const countLanguagesTool = defineTool({
  name: 'count_languages',
  description:
    'Counts files, lines and bytes by programming language, from extensions, names and first lines (#!). In a git repository it counts the commit that is checked out, else what lies in the folder.',
  parameters,
  effect: 'read',
  approval: 'none',
  timeoutMs: 120_000,
  async run({ path, commit }, context): Promise<ToolOutcome> {
    const tree = await openTree(path, commit, context);
    const sizes = await tree.sizes();
    const lines = await tree.countLines('');
    const shebangs = await shebangsOf(tree);
    const counts = new Map<string, Count>();
    const unknown = { files: 0, lines: 0, bytes: 0 };
    const total = { files: 0, lines: 0, bytes: 0 };
    for (const [file, count] of lines) {
      const byName = languageOfPath(file);
      const language = byName ?? shebangs.get(file);
      const bytes = sizes.get(file) ?? 0;
      const row = language ? rowOf(counts, language) : unknown;
      for (const one of [row, total]) {
        one.files += 1;
        one.lines += count;
        one.bytes += bytes;
      }
      if (language && !byName) rowOf(counts, language).byFirstLine.push(file);
      if (byName) rowOf(counts, byName).extensions.add(file.slice(file.lastIndexOf('.') + 1).toLowerCase());
    }
    const rows = [...counts.values()].sort((a, b) => b.lines - a.lines || (a.language.name < b.language.name ? -1 : 1));
    const value: JsonObject = {
      source: tree.kind === 'git' ? 'the files of the commit' : 'the files of the folder',
      languages: rows.map((row) => present(row, tree, total.lines)),
      unknown,
      text: total,
      text_command: countCommand(tree, []),
      not_text: { files: sizes.size - total.files, bytes: sum(sizes) - total.bytes },
      all: { files: sizes.size, bytes: sum(sizes) },
      problems: tree.problems(),
    };
    return { ok: true, value };
  },
});

/** Languages of files whose names tell nothing. */
async function shebangsOf(tree: CodeTree): Promise<Map<string, Language>> {
  const found = new Map<string, Language>();
  await tree.eachLine('^#!', {}, (path, line, text) => {
    const language = line === 1 && !languageOfPath(path) ? languageOfShebang(text) : undefined;
    if (language) found.set(path, language);
  });
  return found;
}

function rowOf(counts: Map<string, Count>, language: Language): Count {
  const row = counts.get(language.name) ?? {
    language,
    files: 0,
    lines: 0,
    bytes: 0,
    extensions: new Set<string>(),
    byFirstLine: [],
  };
  counts.set(language.name, row);
  return row;
}

function present(row: Count, tree: CodeTree, allLines: number): JsonObject {
  const { language, files, lines, bytes, extensions, byFirstLine } = row;
  const cited = byFirstLine.slice(0, MAX_SHEBANG_CITED);
  const patterns = pathspecsOf({
    ...language,
    extensions: language.extensions.filter((one) => extensions.has(one)),
  });
  const pathspecs = [...patterns, ...cited.map((path) => `:(literal)${path}`)];
  return {
    language: language.name,
    kind: language.kind,
    files,
    lines,
    bytes,
    percent: Math.round((lines / Math.max(1, allLines)) * 1000) / 10,
    by_first_line: byFirstLine.length,
    command: countCommand(tree, pathspecs),
    command_is_complete: tree.kind === 'git' ? cited.length === byFirstLine.length : byFirstLine.length === 0,
  };
}

function sum(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes;
}
