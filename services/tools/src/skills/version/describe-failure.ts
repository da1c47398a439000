import { SourceMap } from 'node:module';
import { relative } from 'node:path';

import type { SkillProblem } from '../problem.ts';

/**
 * Why a skill could not be loaded, at the line of its source.
 *
 * @param root the snapshot that it was compiled from
 * @param map the source map of the compiled module
 */
export function describeFailure(
  failed: { readonly message: string; readonly stack: string; readonly file: string },
  root: string,
  map: string,
): SkillProblem {
  const reason = failed.message.slice(0, 2000);
  const places = [...failed.stack.matchAll(/skill\.mjs:(\d+):(\d+)/g)];
  const found = new SourceMap(JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0]);
  for (const [, line, column] of places) {
    const entry = found.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) continue;
    const file = relative(root, new URL(entry.originalSource, `file://${root}/`).pathname);
    // What the library throws is told at the first line of the skill's own.
    if (!file.startsWith('..') && !file.startsWith('skill:'))
      return { file, line: entry.originalLine + 1, reason, severity: 'error' };
  }
  return { file: failed.file, line: 0, reason, severity: 'error' };
}
