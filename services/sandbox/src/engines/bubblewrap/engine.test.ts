import { sandboxpb } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { openTestSandbox, type TestSandbox } from '../../testing.ts';
import { describeInCage } from '../../testing-cage.ts';
import { commandConformance } from '../command-conformance.ts';
import { engineConformance } from '../conformance.ts';
import { isolationConformance } from '../isolation.ts';
import { processEngineUnderTest } from '../process/testing.ts';
import { createBubblewrapEngine } from './engine.ts';

const open = (options: Parameters<typeof openTestSandbox>[0] = {}): Promise<TestSandbox> =>
  openTestSandbox({ ...options, level: sandboxpb.Level.PROCESS });

describeInCage('bubblewrap', () => {
  engineConformance('bubblewrap', async () =>
    processEngineUnderTest(
      await createBubblewrapEngine({
        os: process.platform,
        arch: process.arch,
        isRoot: process.getuid?.() === 0,
      }),
    ),
  );
  commandConformance('bubblewrap', open);
  isolationConformance('bubblewrap', open);

  it('is what a sandbox of level process gets (SB-1)', async () => {
    const sandbox = await openTestSandbox();
    expect(sandbox.created).toMatchObject({ level: sandboxpb.Level.PROCESS, engine: 'bubblewrap' });
    await sandbox.close();
  });
});
