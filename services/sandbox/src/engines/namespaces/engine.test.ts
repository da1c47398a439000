import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { openTestSandbox, type TestSandbox } from '../../testing.ts';
import { whyNoNamespaces } from '../../testing-cage.ts';
import { commandConformance } from '../command-conformance.ts';
import { engineConformance } from '../conformance.ts';
import { isolationConformance } from '../isolation.ts';
import { processEngineUnderTest, TEST_LIMITS } from '../process/testing.ts';
import { createNamespacesEngine } from './engine.ts';

const isRoot = process.getuid?.() === 0;
const make = () => createNamespacesEngine({ os: process.platform, arch: process.arch, isRoot });
const open = (options: Parameters<typeof openTestSandbox>[0] = {}): Promise<TestSandbox> =>
  openTestSandbox({
    ...options,
    config: { ...options.config, engine: 'namespaces' },
    level: sandboxpb.Level.PROCESS,
  });
const reason = whyNoNamespaces();

describe('namespaces', () => {
  if (reason !== undefined) {
    it('needs namespaces', (ctx) => ctx.skip(reason));
    return;
  }
  engineConformance('namespaces', async () => processEngineUnderTest(await make()));
  commandConformance('namespaces', open);
  isolationConformance('namespaces', open);

  it('is what a sandbox gets where it is the one that was chosen (SB-1)', async () => {
    const sandbox = await open();
    expect(sandbox.created).toMatchObject({ level: sandboxpb.Level.PROCESS, engine: 'namespaces' });
    await sandbox.close();
  });

  it('hands nothing of the service in: neither its environment nor its descriptors (QA-4)', async () => {
    const sandbox = await open();
    const { stdout } = await sandbox.run([
      'sh',
      '-c',
      'ls /proc/self/fd | wc -l; cat /proc/self/mountinfo | grep -c " /old"',
    ]);
    // The three standard ones, and the one that lists them.
    expect(stdout).toBe('4\n0\n');
    await sandbox.close();
  });

  it('says which step failed when a folder of the box is not there, and leaves nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-namespaces-'));
    const uid = isRoot ? 58_901 : (process.getuid?.() ?? 0);
    const engine = await make();
    const failed = engine.create({
      id: 'missing',
      inputs: [],
      home: folder,
      workspace: '/proc/self/no-folder',
      owners: { user: { uid, gid: uid }, ...(isRoot ? { root: { uid: uid + 1000, gid: uid + 1000 } } : {}) },
      limits: TEST_LIMITS,
    });
    await expect(failed).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes('/proc/self/no-folder'),
    );
    await rm(folder, { recursive: true });
  });
});
