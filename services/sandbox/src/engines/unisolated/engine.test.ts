import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { openTestSandbox } from '../../testing.ts';
import { commandConformance } from '../command-conformance.ts';

const UNISOLATED = { config: { allow_unisolated: true }, level: sandboxpb.Level.UNISOLATED };

commandConformance('unisolated', (options) => openTestSandbox({ ...options, ...UNISOLATED }));

it('is refused where the operator did not allow it', async () => {
  await expect(openTestSandbox({ level: sandboxpb.Level.UNISOLATED })).rejects.toSatisfy(
    (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes('allow_unisolated'),
  );
});

it('says its level aloud, and finds /workspace and /input by their host paths', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-input-'));
  await writeFile(join(folder, 'a.txt'), 'from input');
  const sandbox = await openTestSandbox({ ...UNISOLATED, inputs: [{ name: 'docs', path: folder }] });
  expect(sandbox.created).toMatchObject({ level: sandboxpb.Level.UNISOLATED, engine: 'unisolated' });
  const { stdout } = await sandbox.run(['cat', 'a.txt', '/input/docs/a.txt'], { cwd: '/input/docs' });
  expect(stdout).toBe('from inputfrom input');
  expect((await sandbox.run(['printenv', 'HOLDFAST_WORKSPACE'])).stdout.trim()).toBe(sandbox.workspace);
  const node = await sandbox.run(['/.holdfast/bin/node', '--version']);
  expect(node.stdout.trim()).toBe(process.version);
  await sandbox.close();
  await rm(folder, { recursive: true });
});
