import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { SignatureKind } from '../kinds.ts';

const run = promisify(execFile);

/** Whether librsync's own program is installed. In CI it has to be. */
export const HAS_RDIFF = process.env['CI'] === 'true' || existsSync('/usr/bin/rdiff');

/** The end of a suite's name that says why it is skipped. */
export const WITHOUT_RDIFF = HAS_RDIFF ? '' : ' (skipped: rdiff is not installed)';

/** The options of rdiff for a kind of signature. */
export function rdiffOptions(kind: SignatureKind): string {
  const [rolling, hash] = kind.split('-');
  return `-R ${rolling} -H ${hash}`;
}

/** Runs many commands of rdiff in one shell, in `folder`; the first that fails ends it and is thrown. */
export async function rdiffAll(folder: string, commands: readonly string[]): Promise<void> {
  const script = join(folder, 'commands.sh');
  await writeFile(script, ['set -e', `cd '${folder}'`, ...commands.map((command) => `rdiff -f ${command}`)].join('\n'));
  await run('sh', [script], { timeout: 170_000 });
}
