import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { createGateway } from '../../../services/gateway/src/gateway.ts';
import { testDeps } from '../../../services/gateway/src/testing.ts';
import { authorizingProxy } from './support/authorizing-proxy.ts';
import { REVISIONS, runServerSuite, SUITE, whyNot } from './support/conformance.ts';
import { registerConformanceFixtures } from './support/conformance-fixtures.ts';
import { keyOf } from './support/key.ts';

for (const { args, revision, scenarios } of REVISIONS) {
  it(`passes every server scenario of ${revision} of the official suite ${SUITE} (TL-5)`, {
    timeout: 120_000,
  }, async (ctx) => {
    const reason = whyNot(revision);
    if (reason !== undefined) return ctx.skip(reason);
    const { deps, remove } = await testDeps();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
    const gateway = await createGateway({ ...deps, extendMcp: registerConformanceFixtures });
    const url = await gateway.listen();
    const proxy = await authorizingProxy(url, await keyOf(deps.dataDir));
    try {
      const { exitCode, output } = await runServerSuite(`${proxy.url}/mcp`, folder, args);
      expect(exitCode, output).toBe(0);
      // One folder for each scenario: that none was left out.
      expect((await readdir(folder)).length, output).toBeGreaterThanOrEqual(scenarios);
    } finally {
      await proxy.close();
      await gateway.close();
      await remove();
      await rm(folder, { recursive: true });
    }
  });
}
