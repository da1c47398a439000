import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = 'e2b==2.63.0';
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/', import.meta.url));

/**
 * The Python with E2B's SDK, in a virtual environment that is made once and kept in node_modules/.cache; or why there is
 * none here.
 */
export async function pythonWithSdk(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const home = join(CACHE, PACKAGE.replace('==', '-python-'));
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return { python };
  const making = `${home}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  try {
    // It takes its place when it is whole. Its scripts do not survive that, its python does.
    await run('python3', ['-m', 'venv', making]);
    await run(join(making, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', PACKAGE], { timeout: 300_000 });
    await rename(making, home);
    return { python };
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    return {
      missing: `E2B's Python SDK could not be installed: ${error instanceof Error ? error.message : 'unknown'}`,
    };
  }
}

/** Runs one case of sdk.py. Rejects with what it wrote where it failed. */
export async function runCase(python: string, name: string, env: Readonly<Record<string, string>>): Promise<void> {
  const script = fileURLToPath(new URL('./sdk.py', import.meta.url));
  await run(python, [script, name], { env: { ...process.env, ...env }, timeout: 120_000 });
}
