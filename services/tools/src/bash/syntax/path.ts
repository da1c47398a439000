import { posix } from 'node:path';

import { Refusal } from '../verdict.ts';
import type { Arg } from './arg.ts';
import type { Context } from './context.ts';

function outside(word: string): Refusal {
  return new Refusal(
    'path',
    word,
    `\`${word}\` is not in the workspace: only files under /workspace may be written (and not /workspace/.holdfast or a .git folder).`,
  );
}

/**
 * Refuses a path that may not be written. It must be written out, and lie under /workspace whatever happens before.
 * With `root`, /workspace itself will do: as a folder to copy into.
 */
export function writable(arg: Arg, ctx: Context, root = false): void {
  const { literal } = arg;
  const shown = arg.text;
  if (literal === undefined && !(arg.glob && !arg.splits && arg.lead !== '')) {
    throw new Refusal(
      'path',
      shown,
      `\`${shown}\` is to be written, so its name must be written out, without variables or substitutions.`,
    );
  }
  // A pattern matches names in the folder that is written out; it must not reach a parent or a hidden folder.
  const path = literal ?? arg.printed.replaceAll("'", '');
  const parts = path.split('/');
  if (path === '' || parts.includes('..')) throw outside(shown);
  if (literal === undefined && parts.some((part) => /^\.*[*?[]/.test(part) && part.startsWith('.')))
    throw outside(shown);
  if (!path.startsWith('/') && !ctx.scope.staysInWorkspace) {
    throw new Refusal(
      'path',
      shown,
      `\`${shown}\` is relative, and a \`cd\` in this line may leave the workspace. Write the whole path: /workspace/${path.replace(/^\.\//, '')}.`,
    );
  }
  const full = posix.normalize(path.startsWith('/') ? path : `/workspace/${path}`);
  const inside = full.split('/').slice(2);
  if (root && /^\/workspace\/?$/.test(full)) return;
  if (!full.startsWith('/workspace/') || inside[0] === '' || inside[0] === '.holdfast') throw outside(shown);
  if (inside.some((part) => part.toLowerCase() === '.git')) throw outside(shown);
}
