import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { listScenarios, REVISIONS, runClientScenario, type Verdict } from './support/conformance.ts';

/** What is of no revision of those two, and is passed too. */
const OTHERS = ['auth/2025-03-26-oauth-endpoint-fallback', 'auth/client-credentials-basic'];
/** Skills that an MCP server offers are not taken (SEP-2640): there is nothing in these that could fail. */
const NOTHING_TO_CHECK = [
  'sep-2640-client-no-prefetch',
  'sep-2640-client-verify-digest',
  'sep-2640-client-verify-size',
  'sep-2640-client-verify-frontmatter',
];
/** docs/mcp.md says why. */
const NOT_PASSED = [
  'auth/2025-03-26-oauth-metadata-backcompat',
  'auth/client-credentials-jwt',
  'auth/enterprise-managed-authorization',
  'auth/dpop',
  'auth/dpop-nonce',
  'auth/wif-jwt-bearer',
];

const driver = join(import.meta.dirname, '../../../services/tools/src/mcp/testing/conformance-client.ts');

const SCENARIOS = await listScenarios('client');
const cases = REVISIONS.flatMap((revision) =>
  SCENARIOS.filter(({ versions }) => versions.includes(revision)).map(({ name }) => [name, revision] as const),
);

describe('the official conformance suite of MCP, as a client (TL-5)', () => {
  it('has no scenario that is neither of a passed revision nor named here', () => {
    const others = SCENARIOS.filter(({ versions }) => !REVISIONS.some((one) => versions.includes(one)));
    expect(new Set(others.map(({ name }) => name))).toEqual(new Set([...OTHERS, ...NOTHING_TO_CHECK, ...NOT_PASSED]));
    expect(cases.filter(([, revision]) => revision === '2025-11-25').length).toBeGreaterThanOrEqual(19);
    expect(cases.filter(([, revision]) => revision === '2026-07-28').length).toBeGreaterThanOrEqual(32);
  });

  it.concurrent.for(cases)('passes %s of %s', async ([scenario, revision], { expect: expectHere }) => {
    const { exitCode, output } = await run(scenario, '--spec-version', revision);
    expectHere(exitCode, output).toBe(0);
    expectHere(output).toMatch(/Passed: (?<passed>[1-9]\d*)\/\k<passed>, 0 failed, 0 warnings/);
  });

  it.concurrent.for(OTHERS)('passes %s', async (scenario, { expect: expectHere }) => {
    const { exitCode, output } = await run(scenario);
    expectHere(exitCode, output).toBe(0);
    expectHere(output).toMatch(/Passed: (?<passed>[1-9]\d*)\/\k<passed>, 0 failed, 0 warnings/);
  });
});

async function run(scenario: string, ...more: readonly string[]): Promise<Verdict> {
  const results = await mkdtemp(join(tmpdir(), 'holdfast-conformance-results-'));
  try {
    return await runClientScenario(`${process.execPath} ${driver}`, scenario, results, ...more);
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}
