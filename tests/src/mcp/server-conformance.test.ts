import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { createGateway } from '../../../services/gateway/src/gateway.ts';
import { testDeps } from '../../../services/gateway/src/testing.ts';
import { authorizingProxy } from './support/authorizing-proxy.ts';
import { listScenarios, REVISIONS, runServerSuite, SUITE } from './support/conformance.ts';
import { registerConformanceFixtures } from './support/conformance-fixtures.ts';
import { keyOf } from './support/key.ts';

/** Extensions that are not offered; docs/mcp-server.md says why. */
const NOT_OFFERED = [
  'sep-2640-skills-directory',
  'sep-2640-skills-enumeration',
  'sep-2640-skills-manifest',
  'tasks-lifecycle',
  'tasks-capability-negotiation',
  'tasks-wire-fields',
  'tasks-request-state-removal',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-dispatch-and-envelope',
  'tasks-status-notifications',
  'tasks-required-task-error',
  'tasks-mrtr-composition',
];
const SCENARIOS = await listScenarios('server');
const namesOf = (revision: string): readonly string[] =>
  SCENARIOS.filter(({ versions }) => versions.includes(revision)).map(({ name }) => name);

it('leaves out no server scenario of the official suite but the extensions named here (TL-5)', () => {
  const run = new Set(REVISIONS.flatMap(namesOf));
  const left = SCENARIOS.filter(({ name }) => !run.has(name)).map(({ name }) => name);
  expect(new Set(left)).toEqual(new Set(NOT_OFFERED));
});

for (const revision of REVISIONS) {
  it(`passes every server scenario of ${revision} of the official suite ${SUITE} (TL-5)`, {
    timeout: 120_000,
  }, async () => {
    const { deps, remove } = await testDeps();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
    const gateway = await createGateway({ ...deps, extendMcp: registerConformanceFixtures });
    const url = await gateway.listen();
    const proxy = await authorizingProxy(url, await keyOf(deps.dataDir));
    try {
      const { exitCode, output } = await runServerSuite(`${proxy.url}/mcp`, folder, revision);
      expect(exitCode, output).toBe(0);
      // One folder for each scenario, with its name and the time: that none was left out.
      const done = (await readdir(folder)).map((name) => name.replace(/^server-|-\d{4}-\d\d-\d\dT.*$/g, ''));
      expect(new Set(done), output).toEqual(new Set(namesOf(revision)));
    } finally {
      await proxy.close();
      await gateway.close();
      await remove();
      await rm(folder, { recursive: true });
    }
  });
}
