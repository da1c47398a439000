import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { createGateway } from '../../../services/gateway/src/gateway.ts';
import { testDeps } from '../../../services/gateway/src/testing.ts';
import { authorizingProxy } from './support/authorizing-proxy.ts';
import { runServerSuite, SUITE_REVISION } from './support/conformance.ts';
import { registerConformanceFixtures } from './support/conformance-fixtures.ts';
import { keyOf } from './support/key.ts';

it(`passes every server scenario of the official suite for ${SUITE_REVISION} (TL-5)`, {
  timeout: 120_000,
}, async () => {
  const { deps, remove } = await testDeps();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
  const gateway = await createGateway({ ...deps, extendMcp: registerConformanceFixtures });
  const url = await gateway.listen();
  const key = await keyOf(deps.dataDir);
  const proxy = await authorizingProxy(url, key);
  try {
    const { exitCode, output } = await runServerSuite(`${proxy.url}/mcp`, folder);
    expect(output).toMatch(/0 failed/);
    expect(exitCode, output).toBe(0);
    // One folder for each scenario: that none was left out.
    expect((await readdir(folder)).length, output).toBeGreaterThanOrEqual(32);
  } finally {
    await proxy.close();
    await gateway.close();
    await remove();
    await rm(folder, { recursive: true });
  }
});
