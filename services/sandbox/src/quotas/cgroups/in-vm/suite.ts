import assert from 'node:assert/strict';

import { it } from 'vitest';

import { cgroupConformance } from '../conformance.ts';
import { openCgroups } from '../driver.ts';

it('finds cgroup v2', async () => {
  assert.equal((await openCgroups({ name: 'holdfast-test-kind' })).kind, 'v2');
  assert.deepEqual(await (await openCgroups({ name: 'holdfast-test-kind' })).reap(), []);
});
cgroupConformance('host');
