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

/** The revisions all of whose scenarios for servers are run. */
export const REVISIONS = ['2025-11-25', '2026-07-28'] as const;

const LISTED = /^\s+- (?<name>\S+) \[(?<versions>[^\]]+)\]/gm;

/** The suite's own list of scenarios: names, with the revisions that each is of, or `extension`. */
export async function listScenarios(
  side: 'client' | 'server',
): Promise<readonly { readonly name: string; readonly versions: readonly string[] }[]> {
  const { output } = await run(['list', `--${side}`], process.cwd());
  return [...output.matchAll(LISTED)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    versions: groups?.['versions']?.split(',') ?? [],
  }));
}

/** Runs all scenarios of a revision for servers against an address. `folder` takes the results. */
export function runServerSuite(url: string, folder: string, revision: string): Promise<Verdict> {
  return run(['server', '--url', url, '--suite', 'all', '--spec-version', revision, '-o', folder], folder);
}

/** Runs one scenario for clients. `folder` takes the results. */
export function runClientScenario(
  command: string,
  scenario: string,
  folder: string,
  ...more: readonly string[]
): Promise<Verdict> {
  return run(['client', '--command', command, '--scenario', scenario, '-o', folder, ...more], folder);
}

async function run(args: readonly string[], cwd: string): Promise<Verdict> {
  // The package has no entry but its program.
  const program = join(require.resolve(MANIFEST), '../dist/index.js');
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode: code ?? -1, output: stdout + stderr };
}
