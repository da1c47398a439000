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

/** The revision that the installed suite tests. */
export const SUITE_REVISION = '2025-11-25';

/** Runs all scenarios for servers against an address. `folder` takes the results. */
export async function runServerSuite(url: string, folder: string): Promise<Verdict> {
  // The package has no entry but its program.
  const root = join(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'), '..');
  const program = join(root, 'dist/index.js');
  const args = ['server', '--url', url, '--suite', 'all', '--spec-version', SUITE_REVISION, '-o', folder];
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode: code ?? -1, output: stdout + stderr };
}
