import { spawnSync } from 'node:child_process';

import { expect, it } from 'vitest';

import { cgroupConformance } from './conformance.ts';

cgroupConformance('host');
cgroupConformance('v1');

it('says why there are no control groups for a service that may make none (SB-2)', (ctx) => {
  if (process.getuid?.() !== 0) return ctx.skip('needs root, to become another user');
  const driver = new URL('driver.ts', import.meta.url).href;
  const script = `
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    const cgroups = await openCgroups({ name: 'holdfast-test-nobody' });
    const refused = await cgroups.create('one', { memoryBytes: 1, cpus: 1, pids: 1 }).catch((error) => error.code);
    console.log(JSON.stringify({ kind: cgroups.kind, why: cgroups.why, refused }));`;
  const program = `import { openCgroups } from '${driver}'; ${script}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    kind: 'none',
    why: expect.stringMatching(/may not make control groups in .*Run the service as root/) as string,
    refused: 'SANDBOX_UNAVAILABLE',
  });
});
