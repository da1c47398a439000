import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a run of the official conformance suite said. */
export interface Verdict {
  readonly exitCode: number;
  readonly output: string;
}

const require = createRequire(import.meta.url);
const MANIFEST = '@modelcontextprotocol/conformance/package.json';

/** The version of the suite that is installed. */
export const SUITE = (require(MANIFEST) as { version: string }).version;

/** The revisions whose scenarios are run, with how many there are for servers at least. */
export const REVISIONS = [
  { revision: '2025-11-25', scenarios: 32, args: ['--suite', 'all', '--spec-version', '2025-11-25'] },
  { revision: '2026-07-28', scenarios: 40, args: ['--requirements', '2026-07-28'] },
] as const;

/** Why the installed suite has no scenarios for a revision; undefined where it has. */
export function whyNot(revision: string): string | undefined {
  if (revision !== '2026-07-28' || !SUITE.startsWith('0.1.')) return undefined;
  return `@modelcontextprotocol/conformance ${SUITE} does not know ${revision}; 0.2 does`;
}

/** Runs scenarios for servers against an address. `folder` takes the results. */
export async function runServerSuite(url: string, folder: string, which: readonly string[]): Promise<Verdict> {
  // The package has no entry but its program.
  const program = join(require.resolve(MANIFEST), '../dist/index.js');
  const args = ['server', '--url', url, ...which, '-o', folder];
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode: code ?? -1, output: stdout + stderr };
}
