import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

/** Every scenario for clients of the current revision, and what of others is passed too. */
const CURRENT = [
  'initialize',
  'tools_call',
  'elicitation-sep1034-client-defaults',
  'sse-retry',
  'auth/metadata-default',
  'auth/metadata-var1',
  'auth/metadata-var2',
  'auth/metadata-var3',
  'auth/basic-cimd',
  'auth/scope-from-www-authenticate',
  'auth/scope-from-scopes-supported',
  'auth/scope-omitted-when-undefined',
  'auth/scope-step-up',
  'auth/scope-retry-limit',
  'auth/token-endpoint-auth-basic',
  'auth/token-endpoint-auth-post',
  'auth/token-endpoint-auth-none',
  'auth/pre-registration',
];
const OTHERS = [
  'auth/2025-03-26-oauth-endpoint-fallback',
  'auth/resource-mismatch',
  'auth/offline-access-scope',
  'auth/offline-access-not-supported',
  'auth/client-credentials-basic',
];
/** docs/mcp.md says why. */
const NOT_PASSED = [
  'auth/2025-03-26-oauth-metadata-backcompat',
  'auth/client-credentials-jwt',
  'auth/cross-app-access-complete-flow',
];

// The package has no entry but its program.
const suite = join(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'),
  '../dist/index.js',
);
const driver = join(import.meta.dirname, '../../../services/tools/src/mcp/testing/conformance-client.ts');

/** Runs the official suite. @returns its exit code, and all that it said */
async function conformance(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; said: string }>();
  execFile(process.execPath, [suite, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
    const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
    resolve({ code, said: `${stdout}\n${stderr}` });
  });
  return promise;
}

describe('the official conformance suite of MCP, as a client (TL-5)', () => {
  it('has no scenario that is not in one of the lists', async () => {
    const { said } = await conformance('list');
    const client = said.slice(said.indexOf('Client scenarios'));
    const named = [...client.matchAll(/^\s+- (?<name>\S+) \[(?<versions>[^\]]+)\]/gm)].map(({ groups }) => groups);
    expect(new Set(named.map((one) => one?.['name']))).toEqual(new Set([...CURRENT, ...OTHERS, ...NOT_PASSED]));
    const current = named.filter((one) => one?.['versions']?.includes('2025-11-25')).map((one) => one?.['name']);
    expect(new Set(current)).toEqual(new Set(CURRENT));
  });

  it.concurrent.for([...CURRENT, ...OTHERS])('passes %s', async (scenario, { expect: expectHere }) => {
    const results = await mkdtemp(join(tmpdir(), 'holdfast-conformance-results-'));
    try {
      const command = `${process.execPath} ${driver}`;
      const { code, said } = await conformance('client', '--command', command, '--scenario', scenario, '-o', results);
      expectHere(code, said).toBe(0);
      expectHere(said).toMatch(/Passed: \d+\/\d+, 0 failed/);
    } finally {
      await rm(results, { recursive: true, force: true });
    }
  });
});
